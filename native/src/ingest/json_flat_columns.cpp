// Where an array ends and where it may be cut is guessed from the marks around. That is sound: the keys, the
// arrays' parts and the commas between them cover the whole text, and each part is read as one or more values
// with commas between, so if everything reads well, the text is what it was taken for.
#include "ingest/json_flat_columns.h"

#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ingest/json_scan.h"

namespace parallax {
namespace {

/// What is read of each column before the rest, to learn its type.
constexpr std::size_t kFirstPart = 4096;
/// Text that one thread reads as fast as waking another takes.
constexpr std::size_t kWorthSharing = std::size_t{1} << 18;

/// Cells that lie together.
struct Part {
  std::string_view text;
  JsonColumn cells;
  std::size_t count = 0;
};

struct FlatColumn {
  JsonColumn* cells;  ///< to fill; null: nowhere, only syntax and count matter
  JsonColumn known;   ///< without cells, of the type that is known so far
  std::vector<Part> parts;
  std::size_t next = 0;  ///< parts before are read for good
};

/// True after the `]` of a column: the next one's key or the end of the text follows.
bool column_ends_at(JsonScan scan, const char* place) {
  scan.move_to(place);
  if (scan.pass(',')) return scan.pass('"');
  if (!scan.pass('}')) return false;
  scan.skip_blanks();
  return scan.at_end();
}

/// Where an array may be cut: a comma with quotes on both sides or on neither.
bool is_cut(std::string_view text, std::size_t comma, bool quoted) {
  const std::size_t next = text.find_first_not_of(" \n\r\t", comma + 1);
  const std::size_t last = comma == 0 ? std::string_view::npos : text.find_last_not_of(" \n\r\t", comma - 1);
  if (next == std::string_view::npos || last == std::string_view::npos) return false;
  return (text[next] == '"') == quoted && (text[last] == '"') == quoted;
}

std::vector<Part> cut_up(std::string_view text, std::size_t part_bytes) {
  const std::size_t first = text.find_first_not_of(" \n\r\t");
  const bool quoted = first != std::string_view::npos && text[first] == '"';
  std::vector<Part> parts;
  while (text.size() > 2 * part_bytes) {
    std::size_t comma = text.find(',', parts.empty() ? std::min(kFirstPart, part_bytes) : part_bytes);
    while (comma != std::string_view::npos && !is_cut(text, comma, quoted)) comma = text.find(',', comma + 1);
    if (comma == std::string_view::npos) break;
    parts.push_back({text.substr(0, comma), {}});
    text.remove_prefix(comma + 1);
  }
  parts.push_back({text, {}});
  return parts;
}

/// Reads one or more cells; false as in read_flat_columns.
bool read_cells(Part& part, bool stored) {
  if (!simdjson::validate_utf8(part.text)) return false;
  JsonScan scan(part.text);
  JsonScalar cell;
  part.count = 0;
  do {
    if (!scan.scalar(cell)) return false;
    if (stored && part.cells.put(cell)) return false;
    ++part.count;
  } while (scan.pass(','));
  return scan.at_end();
}

class FlatColumnsReader {
 public:
  FlatColumnsReader(std::string_view text, JsonTable& table, ThreadPool& pool, std::size_t part_bytes)
      : text_(text), table_(table), pool_(pool), part_bytes_(part_bytes) {}

  bool read() {
    if (!find_columns() || !read_parts(1)) return false;
    while (std::any_of(columns_.begin(), columns_.end(),
                       [](const FlatColumn& column) { return column.next < column.parts.size(); })) {
      if (!read_parts(std::string_view::npos)) return false;
    }
    std::vector<std::size_t> rows(columns_.size());
    for_each(rows.size(), [&](std::size_t i) { rows[i] = join(columns_[i]); });
    table_.finish(*std::max_element(rows.begin(), rows.end()));
    return true;
  }

 private:
  template <class F>
  void for_each(std::size_t count, F&& f) {
    if (text_.size() >= kWorthSharing) return pool_.parallel_for(count, f);
    for (std::size_t i = 0; i < count; ++i) f(i);
  }

  bool find_columns() {
    JsonScan scan(text_);
    if (!scan.pass('{')) return false;
    do {
      JsonScalar key;
      if (!scan.scalar(key) || key.kind != JsonScalar::Kind::text) return false;
      if (!simdjson::validate_utf8(key.text)) return false;
      PathNode& path = table_.child(table_.root(), key.text);
      if (!scan.pass(':') || !scan.pass('[')) return false;
      const char* const begin = scan.at();
      const char* end = begin;
      do {
        const std::size_t at = text_.find(']', static_cast<std::size_t>(end - text_.data()));
        if (at == std::string_view::npos) return false;
        end = text_.data() + at + 1;
      } while (!column_ends_at(scan, end));
      scan.move_to(end);
      if (!add_column(path, {begin, static_cast<std::size_t>(end - begin) - 1})) return false;
    } while (scan.pass(','));
    if (!scan.pass('}')) return false;
    scan.skip_blanks();
    return scan.at_end();
  }

  bool add_column(PathNode& path, std::string_view text) {
    if (path.stamp++ != 0 || path.is_row_id) return false;  // repeated columns and row keys have rules
    JsonColumn* const cells = table_.column_to_fill(path);
    if (!cells && path.relevant) return false;  // the columns lie further down
    columns_.push_back({cells, cells ? cells->like() : JsonColumn(), cut_up(text, part_bytes_)});
    return true;
  }

  /// Reads the next parts of each column, `most` of them, as far as they keep to the type that is known.
  bool read_parts(std::size_t most) {
    std::vector<std::pair<FlatColumn*, Part*>> work;
    for (FlatColumn& column : columns_) {
      const std::size_t count = std::min(most, column.parts.size() - column.next);
      for (std::size_t i = 0; i < count; ++i) work.emplace_back(&column, &column.parts[column.next + i]);
    }
    std::atomic<bool> good{true};
    std::atomic<std::size_t> next{0};
    for_each(std::min<std::size_t>(pool_.width(), work.size()), [&](std::size_t) {
      // Texts that one thread meets in a column share a dictionary.
      std::unordered_map<const FlatColumn*, std::shared_ptr<Dictionary>> dictionaries;
      for (std::size_t i = next++; i < work.size() && good; i = next++) {
        const auto& [column, part] = work[i];
        auto& dictionary = dictionaries[column];
        part->cells = column->known.like(dictionary);
        if (!read_cells(*part, column->cells != nullptr)) good = false;
        dictionary = part->cells.dictionary();
      }
    });
    if (!good) return false;
    for (FlatColumn& column : columns_) accept_parts(column, most);
    return true;
  }

  /// What was read after a change of type is to be read again, from that type.
  static void accept_parts(FlatColumn& column, std::size_t most) {
    const std::size_t end = column.next + std::min(most, column.parts.size() - column.next);
    bool changed = false;
    while (column.next < end && !changed) {
      const JsonColumn& cells = column.parts[column.next++].cells;
      changed = !cells.same_type(column.known);
      if (changed) column.known = cells.like();
    }
  }

  /// Returns the column's number of cells.
  static std::size_t join(FlatColumn& column) {
    std::size_t rows = 0;
    for (const Part& part : column.parts) rows += part.count;
    if (!column.cells) return rows;
    std::vector<JsonColumn> cells;
    for (Part& part : column.parts) cells.push_back(std::move(part.cells));
    *column.cells = JsonColumn::joined(std::move(cells));
    column.cells->settle();
    return rows;
  }

  std::string_view text_;
  JsonTable& table_;
  ThreadPool& pool_;
  std::size_t part_bytes_;
  std::vector<FlatColumn> columns_;
};

}  // namespace

bool read_flat_columns(std::string_view text, JsonTable& table, ThreadPool& pool, std::size_t part_bytes) {
  return FlatColumnsReader(text, table, pool, part_bytes).read();
}

}  // namespace parallax
