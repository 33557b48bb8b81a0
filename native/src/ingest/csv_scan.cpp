#include "ingest/csv_scan.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "parallax/error.h"

namespace parallax {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t kFirstPart = std::size_t{1} << 16;
constexpr std::size_t kLongestPart = 0x7fffffff;
constexpr std::size_t kMostShown = 120;  // of a line, in messages

constexpr std::uint64_t repeated(unsigned char byte) noexcept { return 0x0101010101010101u * byte; }

/// Bit 7 of each byte of `word` that is `byte`.
constexpr std::uint64_t matches(std::uint64_t word, unsigned char byte) noexcept {
  const std::uint64_t rest = word ^ repeated(byte);
  return ~(((rest & repeated(0x7f)) + repeated(0x7f)) | rest | repeated(0x7f));
}

/// Bit i is set if byte i of the 64 is a comma or a line feed.
std::uint64_t separators(const char* block) noexcept {
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 8; ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, block + i * 8, sizeof word);
    const std::uint64_t found = matches(word, ',') | matches(word, '\n');
    // Gathers the bits 7 of all bytes in the topmost byte.
    bits |= ((found >> 7) * 0x0102040810204080u >> 56) << (i * 8);
  }
  return bits;
}

/// The text of a field while it is scanned.
struct Span {
  const char* first;
  const char* last;
  bool escaped;
};

/// Reads one field, leaving `at` on the separator, the line feed or the end behind it.
Span scan_field(const char*& at, const char* end) noexcept {
  Span field{at, at, false};
  if (at != end && *at == '"') {
    for (++at; at != end; ++at) {
      if (*at != '"') continue;
      if (at + 1 == end || at[1] != '"') break;
      field.escaped = true;
      ++at;
    }
    const char* const closing = at;
    if (at != end) ++at;
    const bool clean =
        at == end || *at == ',' || *at == '\n' || (*at == '\r' && at + 1 != end && at[1] == '\n');
    if (clean && !field.escaped) {
      ++field.first;
      field.last = closing;
      if (at != end && *at == '\r') ++at;
      return field;
    }
    field.escaped = true;
  }
  while (at != end && *at != ',' && *at != '\n') ++at;
  field.last = at;
  if (at != end && *at == '\n' && field.last != field.first && field.last[-1] == '\r') --field.last;
  return field;
}

bool at_empty_line(const char* at, const char* end) noexcept {
  return *at == '\n' || (*at == '\r' && at + 1 != end && at[1] == '\n');
}

}  // namespace

std::string_view CsvText::decode(std::string_view raw, std::string& scratch) {
  scratch.clear();
  std::size_t at = 1;  // after the opening quote
  while (at < raw.size()) {
    const std::size_t quote = std::min(raw.find('"', at), raw.size());
    scratch.append(raw, at, quote - at);
    at = quote + 1;
    if (at >= raw.size() || raw[at] != '"') break;  // closed: the rest is as it stands
    scratch += '"';
    ++at;
  }
  if (at < raw.size()) scratch.append(raw, at, raw.size() - at);
  return scratch;
}

/// Rows that may have quoted fields.
void CsvText::scan_quoted(CsvRange range, std::size_t columns, CsvPart& out) const {
  const char* const base = text_.data() + range.begin;
  const char* const end = text_.data() + text_.size();
  const char* const stop = text_.data() + range.until;
  const char* at = base;
  while (at < stop && out.fault == CsvPart::Fault::none) {
    if (at_empty_line(at, end)) {
      at += *at == '\n' ? 1 : 2;
      continue;
    }
    out.last_begin = static_cast<std::size_t>(at - text_.data());
    out.last_fields = 0;
    for (bool more = true; more;) {
      const Span field = scan_field(at, end);
      if (static_cast<std::size_t>(at - base) > kLongestPart) {
        out.fault = CsvPart::Fault::too_long;
        return;
      }
      if (out.last_fields++ < columns) {
        out.fields.push_back({static_cast<std::uint32_t>(field.first - base),
                              static_cast<std::uint32_t>(field.last - field.first) & 0x7fffffffu,
                              field.escaped});
      }
      more = at != end && *at == ',';
      if (at != end) ++at;
    }
    if (out.last_fields != columns) out.fault = CsvPart::Fault::ragged;
    ++out.rows;
  }
  out.end = static_cast<std::size_t>(at - text_.data());
}

/// Rows without any quote, which end with the range. Looks at 64 bytes at a time.
void CsvText::scan_plain(CsvRange range, std::size_t columns, CsvPart& out) const {
  const std::string_view text = text_.substr(range.begin, range.until - range.begin);
  std::size_t field_begin = 0;
  std::size_t row_begin = 0;
  std::size_t fields = 0;
  // Ends a field at `at`, where a separator or the end of the text is; false after a ragged row.
  const auto end_field = [&](std::size_t at, bool more) {
    std::size_t size = at - field_begin;
    if (!more && at < text.size() && size > 0 && text[at - 1] == '\r') --size;
    if (!more && fields == 0 && size == 0 && at < text.size()) {  // an empty line
      field_begin = row_begin = at + 1;
      return true;
    }
    if (fields++ < columns) {
      out.fields.push_back(
          {static_cast<std::uint32_t>(field_begin), static_cast<std::uint32_t>(size) & 0x7fffffffu, 0});
    }
    field_begin = at + 1;
    if (more) return true;
    ++out.rows;
    out.last_begin = range.begin + row_begin;
    out.last_fields = fields;
    out.end = range.begin + std::min(at + 1, text.size());
    row_begin = at + 1;
    return std::exchange(fields, 0) == columns;
  };
  char tail[64] = {};
  for (std::size_t block = 0; block < text.size(); block += 64) {
    const char* bytes = text.data() + block;
    if (text.size() - block < sizeof tail) {
      std::memcpy(tail, bytes, text.size() - block);
      bytes = tail;
    }
    for (std::uint64_t found = separators(bytes); found != 0; found &= found - 1) {
      const std::size_t at = block + static_cast<std::size_t>(std::countr_zero(found));
      if (!end_field(at, text[at] == ',')) {
        out.fault = CsvPart::Fault::ragged;
        return;
      }
    }
  }
  if ((field_begin < text.size() || fields > 0) && !end_field(text.size(), false)) {
    out.fault = CsvPart::Fault::ragged;
    return;
  }
  out.end = range.until;
}

CsvPart CsvText::scan_rows(CsvRange range, std::size_t columns) const {
  CsvPart out;
  out.begin = range.begin;
  out.fields.reserve((range.until - range.begin) / 6);
  const std::string_view text = text_.substr(range.begin, range.until - range.begin);
  if (text.size() > kLongestPart || text.find('"') != std::string_view::npos) {
    scan_quoted(range, columns, out);
  } else {
    scan_plain(range, columns, out);
  }
  return out;
}

CsvPart CsvText::scan(CsvRange range) const {
  if (!simdjson::validate_utf8(text_.substr(range.begin, range.until - range.begin))) {
    CsvPart out;
    out.begin = range.begin;
    out.end = range.until;
    out.fault = CsvPart::Fault::not_utf8;
    return out;
  }
  return scan_rows(range, names_.size());
}

/// Sets names_, returns where the rows begin.
std::size_t CsvText::read_header() {
  std::size_t begin = 0;
  while (begin < text_.size() && (text_[begin] == '\n' || text_[begin] == '\r')) ++begin;
  // For no columns the scan stops after the row, as it is ragged, and counts its fields.
  CsvPart header;
  if (begin < text_.size()) scan_quoted({begin, begin + 1}, 0, header);
  const bool has_end = header.end > begin && text_[header.end - 1] == '\n';
  if (header.fault != CsvPart::Fault::ragged || !has_end) {
    throw Error("CSV: a header line of column names, ended by a line feed, is needed");
  }
  if (!simdjson::validate_utf8(text_.substr(begin, header.end - begin))) {
    throw Error("CSV: the text is not valid UTF-8");
  }
  names_.resize(header.last_fields);
  header = scan_rows({begin, header.end}, names_.size());
  std::unordered_set<std::string> taken;
  std::string scratch;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    names_[i] = text(header, 0, i, scratch);
    while (!taken.insert(names_[i]).second) names_[i] += '*';
  }
  return header.end;
}

CsvText::CsvText(std::string_view text, std::size_t part_bytes) : text_(text) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  if (text_.empty()) throw Error("CSV: the text is empty; a header line of column names is needed");
  std::size_t begin = read_header();
  while (text_.size() - begin > 2 * part_bytes) {
    const std::size_t wanted = ranges_.empty() ? std::min(kFirstPart, part_bytes) : part_bytes;
    const std::size_t feed = text_.find('\n', begin + wanted);
    if (feed == std::string_view::npos) break;
    ranges_.push_back({begin, feed + 1});
    begin = feed + 1;
  }
  ranges_.push_back({begin, text_.size()});
}

std::size_t CsvText::line_at(std::size_t offset) const {
  return 1 + static_cast<std::size_t>(
                 std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

std::size_t CsvText::line(const CsvPart& part, std::size_t row) const {
  return line_at(part.begin + part.fields[row * names_.size()].offset);
}

void CsvText::check(const CsvPart& part) const {
  if (part.fault == CsvPart::Fault::none) return;
  if (part.fault == CsvPart::Fault::not_utf8) throw Error("CSV: the text is not valid UTF-8");
  const std::string where = "CSV line " + std::to_string(line_at(part.last_begin));
  if (part.fault == CsvPart::Fault::too_long) {
    throw Error(ErrorKind::resource_limit, where + ": the row is longer than 2 GB");
  }
  std::string_view shown = text_.substr(part.last_begin, part.end - part.last_begin);
  while (!shown.empty() && (shown.back() == '\n' || shown.back() == '\r')) shown.remove_suffix(1);
  std::size_t length = std::min(shown.size(), kMostShown);
  while (length < shown.size() && (static_cast<unsigned char>(shown[length]) & 0xC0) == 0x80) --length;
  throw Error(where + ": the header has " + std::to_string(names_.size()) + " columns, the row has " +
              std::to_string(part.last_fields) + ": " + std::string(shown.substr(0, length)) +
              (length < shown.size() ? "…" : ""));
}

}  // namespace parallax
