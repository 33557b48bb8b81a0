#include "ingest/csv_ingest.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "ingest/csv_column.h"
#include "ingest/csv_scan.h"
#include "ingest/json_table.h"
#include "ingest/text_interner.h"
#include "parallax/error.h"

namespace parallax {
namespace {

/// Fields looked at before a reading is tried on a whole column.
constexpr std::size_t kProbedRows = 64;

std::string shown(std::string_view field) {
  constexpr std::size_t kMostShown = 60;
  std::size_t length = std::min(field.size(), kMostShown);
  while (length < field.size() && (static_cast<unsigned char>(field[length]) & 0xC0) == 0x80) --length;
  return '"' + std::string(field.substr(0, length)) + (length < field.size() ? "…\"" : "\"");
}

std::string kind_of(Storage storage) {
  std::string kind(type_name(column_type(storage)));
  if (is_unsigned_integer(storage)) kind.insert(0, "unsigned ");
  if (is_integer(storage)) kind += " of " + std::to_string(8 * storage_width(storage)) + " bits";
  return kind;
}

/// One column being read, part by part.
struct ColumnWork {
  std::size_t position;     // in the text
  std::size_t reading = 0;  // in kCsvReadings, while inferring
  CsvReading as;
  std::vector<std::optional<Column>> pieces = {};  // one a part
  std::vector<std::optional<std::size_t>> misfits = {};
};

class ColumnsReader {
 public:
  ColumnsReader(const CsvText& text, ThreadPool& pool) : text_(text), pool_(pool), ranges_(text.ranges()) {}

  /// Number of rows, once something was read.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

  /// Reads columns by given readings; throws Error at a field that does not fit.
  void read_as(std::vector<ColumnWork>& columns) {
    std::vector<ColumnWork*> all;
    for (ColumnWork& column : columns) all.push_back(&column);
    run(all);
    for (const ColumnWork& column : columns) {
      for (std::size_t part = 0; part < column.misfits.size(); ++part) {
        if (column.misfits[part]) refuse(column, text_.scan(ranges_[part]), *column.misfits[part]);
      }
    }
  }

  /// Finds each column's reading, the first that fits every field.
  void infer(std::vector<ColumnWork>& columns) {
    const CsvPart first = text_.scan(ranges_[0]);
    for (ColumnWork& column : columns) probe(first, column);
    std::vector<ColumnWork*> open;
    for (ColumnWork& column : columns) open.push_back(&column);
    do {
      run(open);
      std::erase_if(open, [&](ColumnWork* column) { return settled(*column); });
    } while (!open.empty());
  }

  /// The column's cells in one piece.
  [[nodiscard]] Column joined(ColumnWork& column) const {
    std::vector<Column> pieces;
    // Texts that were only thought to be fields stay behind in the parts' dictionaries.
    if (misled_) pieces.emplace_back(column.as.storage);
    for (auto& piece : column.pieces) pieces.push_back(std::move(*piece));
    return join_pieces(std::move(pieces));
  }

 private:
  /// What is left of a part once it was read: all but the fields.
  using Outline = CsvPart;
  /// Dictionaries of the text columns that one thread works on.
  using Interners = std::vector<std::optional<TextInterner>>;

  void run(const std::vector<ColumnWork*>& columns) {
    std::vector<Outline> outlines(ranges_.size());
    for (ColumnWork* column : columns) {
      column->pieces.assign(ranges_.size(), std::nullopt);
      column->misfits.assign(ranges_.size(), std::nullopt);
    }
    std::atomic<std::size_t> next{0};
    pool_.parallel_for(std::min<std::size_t>(pool_.width(), ranges_.size()), [&](std::size_t) {
      Interners interners(columns.size());
      for (std::size_t part = next++; part < ranges_.size(); part = next++) {
        outlines[part] = read_part(columns, part, interners);
      }
    });
    for (const Outline& part : outlines) {
      if (part.fault == CsvPart::Fault::not_utf8) text_.check(part);
    }
    settle_ranges(columns, outlines);
  }

  Outline read_part(const std::vector<ColumnWork*>& columns, std::size_t part, Interners& interners) const {
    CsvPart fields = text_.scan(ranges_[part]);
    for (std::size_t i = 0; i < columns.size() && fields.fault == CsvPart::Fault::none; ++i) {
      ColumnWork& column = *columns[i];
      if (column.as.storage == Storage::text) {
        if (!interners[i]) interners[i].emplace();
        column.pieces[part] = read_csv_texts(text_, fields, column.position, *interners[i]);
      } else {
        Column& piece = column.pieces[part].emplace(column.as.storage);
        column.misfits[part] = read_csv_fields(text_, fields, column.position, column.as, piece);
      }
    }
    fields.fields = {};
    return fields;
  }

  /// Parts that began inside quotes are read again from where the one before really ended.
  void settle_ranges(const std::vector<ColumnWork*>& columns, std::vector<Outline>& outlines) {
    Interners interners(columns.size());
    rows_ = 0;
    std::size_t begin = ranges_[0].begin;
    for (std::size_t part = 0; part < ranges_.size(); ++part) {
      if (begin > ranges_[part].begin) {
        misled_ = true;
        ranges_[part].begin = std::min(begin, ranges_[part].until);
        outlines[part] = read_part(columns, part, interners);
      }
      text_.check(outlines[part]);
      begin = std::max(begin, outlines[part].end);
      rows_ += outlines[part].rows;
    }
    if (rows_ > kMostRows) throw Error("A table holds at most 2^32-2 rows");
  }

  /// Skips readings that a field at the top rules out.
  void probe(const CsvPart& part, ColumnWork& column) const {
    std::string scratch;
    const std::size_t whole_rows = part.fields.size() / text_.names().size();
    for (std::size_t row = 0; row < std::min(whole_rows, kProbedRows); ++row) {
      skip_readings(column, text_.text(part, row, column.position, scratch));
    }
    column.as = kCsvReadings[column.reading];
  }

  static void skip_readings(ColumnWork& column, std::string_view field) {
    while (!fits_csv_reading(field, kCsvReadings[column.reading])) ++column.reading;
  }

  /// True if the column's reading fitted everywhere; else moves on to the next that may.
  bool settled(ColumnWork& column) const {
    std::string scratch;
    bool fits = true;
    for (std::size_t part = 0; part < column.misfits.size(); ++part) {
      if (!column.misfits[part]) continue;
      fits = false;
      skip_readings(column,
                    text_.text(text_.scan(ranges_[part]), *column.misfits[part], column.position, scratch));
    }
    column.as = kCsvReadings[column.reading];
    if (!fits) return false;
    const bool all_null = std::all_of(column.pieces.begin(), column.pieces.end(),
                                      [](const auto& piece) { return piece->null_count() == piece->size(); });
    if (all_null && column.as.storage != Storage::text) make_null_text(column);
    return true;
  }

  static void make_null_text(ColumnWork& column) {
    column.as = {Storage::text};
    for (auto& piece : column.pieces) {
      const std::size_t rows = piece->size();
      piece.emplace(Storage::text).resize(rows);
    }
  }

  [[noreturn]] void refuse(const ColumnWork& column, const CsvPart& part, std::size_t row) const {
    std::string scratch;
    const std::string_view field = text_.text(part, row, column.position, scratch);
    throw Error("CSV line " + std::to_string(text_.line(part, row)) + ", column \"" +
                text_.names()[column.position] + "\": " + shown(field) + " is no " +
                kind_of(column.as.storage));
  }

  const CsvText& text_;
  ThreadPool& pool_;
  std::vector<CsvRange> ranges_;
  std::size_t rows_ = 0;
  bool misled_ = false;  // a part began inside quotes
};

/// Row ids must leave room to count on from the largest.
void check_row_ids(const Column& ids) {
  constexpr std::int64_t kLargest = std::int64_t{1} << 62;
  for (std::size_t row = 0; row < ids.size(); ++row) {
    const auto id = ids.value<std::int64_t>(row);
    if (id < 0 || id > kLargest) {
      throw Error("CSV row " + std::to_string(row + 1) + ": \"__INDEX__\" is " + std::to_string(id) +
                  ", which is no row id (0, 1, 2, …)");
    }
  }
}

std::vector<Column> join_all(const ColumnsReader& reader, std::vector<ColumnWork>& columns,
                             ThreadPool& pool) {
  std::vector<std::optional<Column>> joined(columns.size());
  pool.parallel_for(columns.size(), [&](std::size_t i) { joined[i] = reader.joined(columns[i]); });
  std::vector<Column> out;
  for (auto& column : joined) out.push_back(std::move(*column));
  return out;
}

ColumnWork work_for(std::size_t position, CsvReading as) { return {position, 0, as}; }

}  // namespace

ParsedTable parse_csv_table(std::string_view input, std::optional<std::string_view> index, ThreadPool& pool,
                            std::size_t part_bytes) {
  const CsvText text(input, part_bytes);
  ColumnsReader reader(text, pool);
  std::vector<ColumnWork> columns;
  std::vector<ColumnWork> ids;
  for (std::size_t i = 0; i < text.names().size(); ++i) {
    const bool is_row_id = text.names()[i] == kRowIdName;
    if (is_row_id && index) continue;
    (is_row_id ? ids : columns).push_back(work_for(i, {Storage::int64}));
  }
  reader.infer(columns);
  if (!ids.empty()) reader.read_as(ids);
  ParsedTable out;
  out.batch.rows = reader.rows();
  std::vector<Column> cells = join_all(reader, columns, pool);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out.schema.add({text.names()[columns[i].position], cells[i].storage()});
    out.batch.entries.push_back({i, std::move(cells[i]), std::nullopt});
  }
  if (!ids.empty()) {
    out.batch.ids = reader.joined(ids[0]);
    check_row_ids(*out.batch.ids);
  }
  return out;
}

RowBatch parse_csv_update(std::string_view input, const UpdateTarget& target, ThreadPool& pool,
                          std::size_t part_bytes) {
  const CsvText text(input, part_bytes);
  std::vector<ColumnWork> columns;
  std::vector<std::optional<std::size_t>> targets;  // none: row ids
  const auto& names = text.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::optional<std::size_t> column = target.schema.find(names[i]);
    const bool is_row_id = names[i] == kRowIdName && !column;
    if (is_row_id && target.index_column) {
      // The key under its own name goes before the row key under this one.
      const std::string& key = target.schema[*target.index_column].name;
      if (std::find(names.begin(), names.end(), key) == names.end()) column = target.index_column;
    }
    if (!column && !(is_row_id && !target.index_column)) continue;
    columns.push_back(work_for(i, {column ? target.schema[*column].storage : Storage::int64}));
    targets.push_back(column);
  }
  ColumnsReader reader(text, pool);
  reader.read_as(columns);
  RowBatch out;
  out.rows = reader.rows();
  std::vector<Column> cells = join_all(reader, columns, pool);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (targets[i]) {
      out.entries.push_back({*targets[i], std::move(cells[i]), std::nullopt});
    } else {
      check_row_ids(cells[i]);
      out.ids = std::move(cells[i]);
    }
  }
  return out;
}

}  // namespace parallax
