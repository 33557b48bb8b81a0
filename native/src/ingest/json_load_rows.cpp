// Records are read in parts of about a megabyte. Where a part may end is guessed from the text alone: after a
// closing brace that an opening one follows. A part that begins at a true boundary and parses as whole
// records ends at a true boundary, so by induction the parts together are exactly the document; a part that
// does not parse is read again together with all that follows it, which either works or gives the error.
#include <algorithm>
#include <optional>
#include <vector>

#include "ingest/json_flat_records.h"
#include "ingest/json_load.h"
#include "parallax/error.h"

namespace parallax {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

/// A record with a list was met by a reader that does not look into lists.
struct HasLists {};

/// What reading a part came to.
struct Part {
  enum class State { done, has_lists, broken, refused };
  State state = State::done;
  std::unique_ptr<JsonTable> table;
  std::size_t records = 0;                   // read in full
  std::string fault;                         // broken, refused
  std::size_t fault_at = std::string::npos;  // broken: offset in the part
};

/// A value or a document of a stream.
template <class Value>
simdjson::ondemand::object object_of(Value value, std::size_t record) {
  if (value.type().value() != simdjson::ondemand::json_type::object) {
    throw RecordError(record, "every record must be an object like {\"column\": value}");
  }
  return value.get_object();
}

/// Reads one part. `lines`: objects one after another, else the inside of an array of them. `lists`: records
/// are read by way of a tree, so that lists can be expanded.
class PartReader {
 public:
  PartReader(JsonBuffer& buffer, const JsonPlan& plan, const RecordRules& rules, bool lines, bool lists)
      : buffer_(buffer),
        table_(std::make_unique<JsonTable>(plan)),
        writer_(buffer, *table_, rules),
        tree_(buffer, *table_),
        expander_(tree_, *table_, rules),
        lines_(lines),
        lists_(lists) {}

  Part read(std::string_view text) {
    Part out;
    buffer_.assign(lines_ ? "" : "[", text, lines_ ? "" : "]");
    try {
      lines_ ? read_stream() : read_array();
      table_->finish(rows_);
    } catch (const HasLists&) {
      out.state = Part::State::has_lists;
    } catch (const RecordError& error) {
      out.state = Part::State::refused;
      out.fault = error.what();
    } catch (const simdjson::simdjson_error& error) {
      out.state = Part::State::broken;
      out.fault = simdjson::error_message(error.error());
      if (place_) out.fault_at = buffer_.offset_of(place_);
    }
    out.table = std::move(table_);
    out.records = records_;
    return out;
  }

 private:
  void read_array() {
    auto document = buffer_.document();
    try {
      for (auto record : document.get_array()) read_record(record.value());
      JsonBuffer::expect_end(document);
    } catch (const simdjson::simdjson_error&) {
      place_ = JsonBuffer::place_in(document);
      throw;
    }
  }

  void read_stream() {
    auto stream = buffer_.stream();
    for (auto record = stream.begin(); record != stream.end(); ++record) {
      place_ = buffer_.text() + record.current_index();
      read_record((*record).value());
    }
    if (stream.truncated_bytes() != 0) {
      place_ = buffer_.text() + buffer_.size() - stream.truncated_bytes();
      throw simdjson::simdjson_error(simdjson::INCOMPLETE_ARRAY_OR_OBJECT);
    }
  }

  template <class Value>
  void read_record(Value value) {
    if (lists_) {
      tree_.clear();
      rows_ = expander_.write(tree_.add_object(object_of(value, records_), table_->root(), 0), rows_);
    } else {
      if (!writer_.write(object_of(value, records_), rows_)) throw HasLists{};
      ++rows_;
    }
    table_->check_rows(rows_);
    ++records_;
    table_->end_record(lines_);
  }

  JsonBuffer& buffer_;
  std::unique_ptr<JsonTable> table_;
  RecordWriter writer_;
  RecordTree tree_;
  RecordExpander expander_;
  bool lines_;
  bool lists_;
  std::size_t rows_ = 0;
  std::size_t records_ = 0;
  const char* place_ = nullptr;
};

/// How the first record opens, up to the end of its first key: likely to open every record, and no object
/// inside.
std::string_view opening(std::string_view text) noexcept {
  const std::size_t quote = text.find('"');
  const std::size_t close = quote == std::string_view::npos ? quote : text.find('"', quote + 1);
  return text.substr(0, close == std::string_view::npos ? 1 : close + 1);
}

/// Where the parts of `text` may begin, the first at 0; ends with text.size().
std::vector<std::size_t> guess_bounds(std::string_view text, bool lines, std::size_t part_bytes) {
  std::vector<std::size_t> bounds{0};
  if (text.size() <= 2 * part_bytes) return {0, text.size()};
  const std::string_view record = opening(text.substr(skip_blanks(text, 0)));
  while (text.size() - bounds.back() > 2 * part_bytes) {
    std::size_t at = text.find('}', bounds.back() + part_bytes);
    for (; at != std::string_view::npos; at = text.find('}', at + 1)) {
      std::size_t next = skip_blanks(text, at + 1);
      if (!lines) {
        if (next == text.size() || text[next] != ',') continue;
        next = skip_blanks(text, next + 1);
      }
      if (text.substr(next).starts_with(record)) {
        bounds.push_back(next);
        break;
      }
    }
    if (at == std::string_view::npos) break;
  }
  bounds.push_back(text.size());
  return bounds;
}

/// Reads records part by part. Every part starts from what the parts before it have shown of columns and
/// types, so several are read at once only in the hope that nothing new shows up; if something does, the
/// parts after it are read again.
class RecordLoader {
 public:
  RecordLoader(std::string_view document, std::string_view text, bool lines, const RecordRules& rules,
               ThreadPool& pool, std::size_t part_bytes)
      : document_(document),
        text_(text),
        lines_(lines),
        rules_(rules),
        pool_(pool),
        bounds_(guess_bounds(text, lines, part_bytes)) {}

  std::unique_ptr<JsonTable> load(const JsonPlan& plan) {
    total_ = std::make_unique<JsonTable>(plan);
    JsonPlan known = plan;
    std::size_t wave = plan.inferring ? 1 : 2 * pool_.width();
    for (std::size_t next = 0; next + 1 < bounds_.size();) {
      const std::size_t count = std::min(wave, bounds_.size() - 1 - next);
      std::vector<Part> parts(count);
      const bool lists = lists_;
      pool_.parallel_for(count, [&](std::size_t i) {
        const std::string_view part = inside(next + i);
        if (!lists && read_flat(part, known, parts[i])) return;
        const auto buffer = buffers_.lease();
        parts[i] = PartReader(*buffer, known, rules_, lines_, lists).read(part);
      });
      const std::size_t before = next;
      next = take(parts, next);
      const bool all = next - before == count;
      wave = all ? std::min<std::size_t>(2 * wave, 4 * pool_.width()) : 1;
      known = total_->plan();
    }
    return std::move(total_);
  }

 private:
  /// The text of a part, without the comma that leads to the next.
  [[nodiscard]] std::string_view inside(std::size_t part) const {
    std::string_view text = text_.substr(bounds_[part], bounds_[part + 1] - bounds_[part]);
    const bool last = part + 2 == bounds_.size();
    if (!last && !lines_) text = text.substr(0, text.rfind('}') + 1);
    return text;
  }

  /// True if the part could do without the parser.
  [[nodiscard]] bool read_flat(std::string_view text, const JsonPlan& plan, Part& out) const {
    auto table = std::make_unique<JsonTable>(plan);
    const auto records = read_flat_records(text, *table, lines_);
    if (!records) return false;
    out.table = std::move(table);
    out.records = *records;
    return true;
  }

  /// Takes over parts as far as they are good; returns the next part to read.
  std::size_t take(std::vector<Part>& parts, std::size_t first) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Part& part = parts[i];
      switch (part.state) {
        case Part::State::has_lists:
          lists_ = true;
          return first + i;
        case Part::State::refused:
          throw Error("Record " + std::to_string(records_ + part.records + 1) + ": " + part.fault);
        case Part::State::broken:
          return take_broken(part, first + i);
        case Part::State::done:
          break;
      }
      const bool changed = part.table->changed();
      total_->append(*part.table, pool_);
      records_ += part.records;
      if (changed) return first + i + 1;
    }
    return first + parts.size();
  }

  std::size_t take_broken(const Part& part, std::size_t at) {
    if (at + 2 < bounds_.size()) {
      // The part may have been cut inside a record.
      bounds_.erase(bounds_.begin() + static_cast<std::ptrdiff_t>(at) + 1, bounds_.end() - 1);
      return at;
    }
    std::size_t place = std::string::npos;
    if (part.fault_at != std::string::npos) {
      place = static_cast<std::size_t>(text_.data() - document_.data()) + bounds_[at] + part.fault_at;
    }
    throw Error("Record " + std::to_string(records_ + part.records + 1) + ": " +
                json_fault(part.fault, document_, place));
  }

  std::string_view document_;
  std::string_view text_;
  bool lines_;
  const RecordRules& rules_;
  ThreadPool& pool_;
  JsonBufferPool buffers_;
  std::unique_ptr<JsonTable> total_;
  std::vector<std::size_t> bounds_;
  std::size_t records_ = 0;
  bool lists_ = false;
};

std::string_view without_blanks(std::string_view text) noexcept {
  text.remove_prefix(skip_blanks(text, 0));
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string json_fault(std::string_view fault, std::string_view text, std::size_t at) {
  std::string out = "the text is not valid JSON: ";
  out += fault;
  if (at <= text.size()) {
    const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    out += " (near byte " + std::to_string(at) + ", line " + std::to_string(lines + 1) + ")";
  }
  return out;
}

std::unique_ptr<JsonTable> load_json_rows(std::string_view text, const JsonPlan& plan,
                                          const RecordRules& rules, ThreadPool& pool,
                                          std::size_t part_bytes) {
  const std::string_view array = without_blanks(text);
  if (array.empty() || array.front() != '[') {
    throw Error("Rows must be a JSON array of objects: [{\"column\": value}, …]");
  }
  if (array.size() < 2 || array.back() != ']') {
    throw Error("Rows: " + json_fault("the array is not closed, or something follows it", text, text.size()));
  }
  return RecordLoader(text, array.substr(1, array.size() - 2), false, rules, pool, part_bytes).load(plan);
}

std::unique_ptr<JsonTable> load_ndjson(std::string_view text, const JsonPlan& plan, const RecordRules& rules,
                                       ThreadPool& pool, std::size_t part_bytes) {
  const std::string_view records = without_blanks(text);
  if (records.empty()) return std::make_unique<JsonTable>(plan);
  return RecordLoader(text, records, true, rules, pool, part_bytes).load(plan);
}

}  // namespace parallax
