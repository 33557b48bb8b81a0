#include "ingest/json_reader.h"

#include <cstring>

#include "parallax/error.h"

namespace parallax {
namespace {

using simdjson::ondemand::json_type;

[[noreturn]] void fail(simdjson::error_code code) { throw simdjson::simdjson_error(code); }

/// UTF-8 forms of U+D800 … U+DFFF, which the parser lets through when an escape spells them.
bool has_surrogate(std::string_view text) noexcept {
  for (std::size_t at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
  }
  return false;
}

std::string_view trimmed(std::string_view token) noexcept {
  while (!token.empty() && (token.back() == ' ' || (token.back() >= '\t' && token.back() <= '\r'))) {
    token.remove_suffix(1);
  }
  return token;
}

bool is_integer_literal(std::string_view token) noexcept {
  if (!token.empty() && token.front() == '-') token.remove_prefix(1);
  if (token.empty() || token.front() < '1' || token.front() > '9') return false;
  return token.find_first_not_of("0123456789") == std::string_view::npos;
}

void append_json_text(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) {
          out += c;
        } else {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        }
    }
  }
  out += '"';
}

}  // namespace

void check_json_depth(int depth) {
  if (depth > kMaxJsonDepth) {
    throw Error("JSON is nested too deep: at most " + std::to_string(kMaxJsonDepth) + " levels are allowed");
  }
}

JsonBuffer::JsonBuffer() {
#ifdef SIMDJSON_THREADS_ENABLED
  parser_.threaded = false;
#endif
}

void JsonBuffer::assign(std::string_view before, std::string_view text, std::string_view after) {
  before_ = before.size();
  size_ = before.size() + text.size() + after.size();
  if (capacity_ < size_ + simdjson::SIMDJSON_PADDING) {
    capacity_ = size_ + simdjson::SIMDJSON_PADDING;
    bytes_ = std::make_unique_for_overwrite<char[]>(capacity_);
  }
  char* at = bytes_.get();
  std::memcpy(at, before.data(), before.size());
  at += before.size();
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  at += text.size();
  std::memcpy(at, after.data(), after.size());
  std::memset(at + after.size(), ' ', simdjson::SIMDJSON_PADDING);
  has_surrogates_ =
      text.find("\\ud") != std::string_view::npos || text.find("\\uD") != std::string_view::npos;
}

simdjson::ondemand::document JsonBuffer::document() {
  return parser_.iterate(bytes_.get(), size_, capacity_);
}

simdjson::ondemand::document_stream JsonBuffer::stream() {
  // One batch takes the whole text, so that no record is cut.
  return parser_.iterate_many(bytes_.get(), size_, std::max<std::size_t>(size_, 1024));
}

void JsonBuffer::expect_end(simdjson::ondemand::document& document) {
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) fail(simdjson::TRAILING_CONTENT);
}

const char* JsonBuffer::place_in(simdjson::ondemand::document& document) noexcept {
  const char* place = nullptr;
  return document.current_location().get(place) == simdjson::SUCCESS ? place : nullptr;
}

std::size_t JsonBuffer::offset_of(const char* place) const noexcept {
  const auto offset = static_cast<std::size_t>(place - bytes_.get());
  return offset > before_ ? offset - before_ : 0;
}

std::string_view JsonBuffer::checked_text(std::string_view text) const {
  if (has_surrogates_ && has_surrogate(text)) fail(simdjson::STRING_ERROR);
  return text;
}

std::string_view JsonBuffer::read_text(simdjson::ondemand::value& value) const {
  // A text without escapes needs no copy: its bytes were checked when the structure was found.
  const std::string_view token = value.raw_json_token();
  const auto* const close = static_cast<const char*>(std::memchr(token.data() + 1, '"', token.size() - 1));
  if (close) {
    const std::string_view text(token.data() + 1, static_cast<std::size_t>(close - token.data()) - 1);
    if (std::memchr(text.data(), '\\', text.size()) == nullptr) return text;
  }
  return checked_text(value.get_string());
}

void JsonBuffer::read_scalar(simdjson::ondemand::value value, JsonScalar& out) const {
  switch (value.type().value()) {
    case json_type::string:
      out.kind = JsonScalar::Kind::text;
      out.text = read_text(value);
      return;
    case json_type::boolean:
      out.kind = JsonScalar::Kind::boolean;
      out.boolean = value.get_bool();
      return;
    case json_type::null:
      out.kind = JsonScalar::Kind::null;
      if (!value.is_null().value()) fail(simdjson::N_ATOM_ERROR);
      return;
    case json_type::number:
      break;
    default:
      fail(simdjson::INCORRECT_TYPE);
  }
  simdjson::ondemand::number number;
  const std::string_view token = trimmed(value.raw_json_token());
  const simdjson::error_code error = value.get_number().get(number);
  if (!error && number.is_int64()) {
    out.kind = JsonScalar::Kind::integer;
    out.integer = number.get_int64();
    return;
  }
  out.kind = JsonScalar::Kind::fraction;
  if (!error && number.is_double()) {
    // The parser checks the literal, but simdjson 3.0 takes many with more than 19 digits for 0.
    const auto exact = parse_decimal(token);
    if (!exact) fail(simdjson::NUMBER_ERROR);
    out.number = *exact;
    return;
  }
  const auto nearest = is_integer_literal(token) ? parse_decimal(token) : std::nullopt;
  if (!nearest || *nearest - *nearest != 0) fail(simdjson::NUMBER_ERROR);
  out.kind = JsonScalar::Kind::big;
  out.number = *nearest;
  out.text = token;
}

PathNode& JsonBuffer::child(JsonTable& table, PathNode& parent, simdjson::ondemand::field& field) const {
  PathNode* const expected = JsonTable::expected_child(parent);
  if (expected && expected->plain_key) {
    const char* const raw = field.key().raw();
    const std::size_t length = expected->key.size();
    const auto left = static_cast<std::size_t>(bytes_.get() + size_ - raw);
    if (length < left && raw[length] == '"' && std::memcmp(raw, expected->key.data(), length) == 0) {
      ++parent.next_child;
      return *expected;
    }
  }
  return table.child(parent, checked_text(field.unescaped_key()));
}

void JsonBuffer::skip(simdjson::ondemand::value value, int depth) const {
  switch (value.type().value()) {
    case json_type::array:
      check_json_depth(depth + 1);
      for (auto element : value.get_array()) skip(element.value(), depth + 1);
      return;
    case json_type::object:
      check_json_depth(depth + 1);
      for (auto field : value.get_object()) {
        (void)checked_text(field.unescaped_key());
        skip(field.value(), depth + 1);
      }
      return;
    default: {
      JsonScalar scalar;
      read_scalar(value, scalar);
    }
  }
}

void JsonBuffer::append_json(std::string& out, simdjson::ondemand::value value, int depth) const {
  JsonScalar scalar;
  bool first = true;
  switch (value.type().value()) {
    case json_type::array:
      check_json_depth(depth + 1);
      out += '[';
      for (auto element : value.get_array()) {
        if (!std::exchange(first, false)) out += ',';
        append_json(out, element.value(), depth + 1);
      }
      out += ']';
      return;
    case json_type::object:
      check_json_depth(depth + 1);
      out += '{';
      for (auto field : value.get_object()) {
        if (!std::exchange(first, false)) out += ',';
        append_json_text(out, checked_text(field.unescaped_key()));
        out += ':';
        append_json(out, field.value(), depth + 1);
      }
      out += '}';
      return;
    case json_type::string:
      append_json_text(out, read_text(value));
      return;
    default:
      // Numbers stay as they were written: `1.0` is not `1` to whoever reads the text.
      out += trimmed(value.raw_json_token());
      read_scalar(value, scalar);
  }
}

JsonBufferPool::Lease::~Lease() {
  const std::lock_guard lock(pool_.mutex_);
  pool_.free_.push_back(std::move(buffer_));
}

JsonBufferPool::Lease JsonBufferPool::lease() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return {*this, std::make_unique<JsonBuffer>()};
  auto buffer = std::move(free_.back());
  free_.pop_back();
  return {*this, std::move(buffer)};
}

}  // namespace parallax
