// Tables, updates and comparisons for the tests of views.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "storage/table.h"
#include "view/slice.h"
#include "view/view.h"

namespace parallax::testing {

/// A cell to be: null, number (also of dates, datetimes, booleans) or text.
using Value = std::variant<std::monostate, double, std::string>;
inline const Value kNull{};
inline const double kNaN = std::numeric_limits<double>::quiet_NaN();
inline const double kInfinity = std::numeric_limits<double>::infinity();

inline void append(Column& column, const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) {
    column.append_null();
  } else if (column.storage() == Storage::text) {
    column.append_text(std::get<std::string>(value));
  } else {
    with_storage(column.storage(), [&](auto type) {
      using T = typename decltype(type)::type;
      column.append<T>(static_cast<T>(std::get<double>(value)));
    });
  }
}

/// Rows of all columns of the schema, in its order.
inline RowBatch batch_of(const Schema& schema, const std::vector<std::vector<Value>>& rows) {
  RowBatch batch;
  batch.rows = rows.size();
  for (std::size_t c = 0; c < schema.size(); ++c) {
    Column column(schema[c].storage);
    for (const auto& row : rows) append(column, row[c]);
    batch.entries.push_back({c, std::move(column), std::nullopt});
  }
  return batch;
}

inline std::shared_ptr<Table> table_of(const Schema& schema, const std::vector<std::vector<Value>>& rows,
                                       TableOptions options = {}) {
  return Table::from_batch(schema, std::move(options), batch_of(schema, rows));
}

inline std::string cell_text(const Column& column, std::size_t row) {
  if (!column.valid(row)) return "null";
  if (column.storage() == Storage::text) return std::string(column.text(row));
  return with_storage(column.storage(), [&](auto type) {
    return std::to_string(column.template value<typename decltype(type)::type>(row));
  });
}

/// The cells of one column, separated by blanks.
inline std::string column_text(const Column& column) {
  std::string out;
  for (std::size_t row = 0; row < column.size(); ++row) out += (row ? " " : "") + cell_text(column, row);
  return out;
}

/// All that a slice shows.
inline std::string slice_text(const ViewSlice& slice) {
  std::string out = "rows " + std::to_string(slice.rows) + '\n';
  for (std::size_t i = 0; i < slice.path.size(); ++i) {
    out += "path " + slice.path_names[i] + ": " + column_text(slice.path[i]) + '\n';
  }
  if (slice.has_row_path) {
    for (const auto depth : slice.depth) out += std::to_string(depth) + ' ';
    out += '\n';
  }
  for (std::size_t i = 0; i < slice.columns.size(); ++i) {
    out += slice.names[i] + ": " + column_text(slice.columns[i]) + '\n';
  }
  if (slice.ids) out += "ids: " + column_text(*slice.ids) + '\n';
  if (slice.index) {
    out += "index: " + column_text(*slice.index) + " at";
    for (const auto offset : slice.index_offsets) out += ' ' + std::to_string(offset);
    out += '\n';
  }
  return out;
}

inline std::string view_text(View& view, const SliceOptions& options = {}) {
  const Dimensions size = view.dimensions();
  return std::to_string(size.rows) + " x " + std::to_string(size.columns) + '\n' +
         slice_text(view.slice({}, options));
}

/// Random tables of every type, with nulls, NaN, infinities and repeated values.
class TableMaker {
 public:
  explicit TableMaker(unsigned seed) : random_(seed) {}

  static Schema schema() {
    return Schema({{"k", Storage::int32},
                   {"i", Storage::int32},
                   {"f", Storage::float64},
                   {"s", Storage::text},
                   {"b", Storage::boolean},
                   {"d", Storage::date},
                   {"t", Storage::datetime},
                   {"l", Storage::int64},
                   {"e", Storage::float32}});
  }

  std::size_t below(std::size_t count) { return random_() % count; }
  bool chance(unsigned percent) { return below(100) < percent; }

  Value value(Storage storage) {
    if (chance(15)) return kNull;
    switch (storage) {
      case Storage::text: {
        static const char* const kTexts[] = {"", "a", "B", "cup", "Cup board", "pen", "é", "日本", "null"};
        return chance(10) ? "fresh" + std::to_string(below(1000)) : std::string(kTexts[below(9)]);
      }
      case Storage::boolean:
        return static_cast<double>(below(2));
      case Storage::float32:
      case Storage::float64: {
        static const double kOdd[] = {kNaN, kInfinity, -kInfinity, -0.0, 0.0};
        return chance(15) ? kOdd[below(5)] : (static_cast<double>(below(12)) - 5) * 0.5;
      }
      case Storage::date:
        return 19'000.0 + static_cast<double>(below(5));
      case Storage::datetime:
        return 1.7e12 + static_cast<double>(below(5)) * 1000;
      default:
        return static_cast<double>(below(10)) - 4;
    }
  }

  /// Rows with keys below `keys`; in `partial` batches cells and columns may be missing.
  RowBatch batch(std::size_t rows, std::size_t keys, bool partial) {
    const Schema fields = schema();
    RowBatch batch;
    batch.rows = rows;
    for (std::size_t c = 0; c < fields.size(); ++c) {
      if (partial && c > 0 && chance(40)) continue;
      Column column(fields[c].storage);
      std::optional<Bitmap> present;
      if (partial && c > 0 && chance(50)) present.emplace(rows);
      for (std::size_t r = 0; r < rows; ++r) {
        append(column, c > 0       ? value(fields[c].storage)
                       : chance(3) ? kNull
                                   : Value(static_cast<double>(below(keys)) - 3));
        if (present) present->assign(r, chance(60));
      }
      batch.entries.push_back({c, std::move(column), std::move(present)});
    }
    return batch;
  }

  /// One random write.
  ChangeBatch write(Table& table, std::size_t keys) {
    const std::size_t kind = below(100);
    if (kind < 3) return table.clear();
    if (kind < 6) return table.replace(batch(below(30), keys, false));
    if (kind < 25 && table.options().index) {
      Column gone(Storage::int32);
      for (std::size_t i = below(8); i-- > 0;) append(gone, static_cast<double>(below(keys)) - 3);
      if (chance(10)) gone.append_null();
      return table.remove(gone);
    }
    const std::size_t most = kind < 30 ? 120 : 4;
    return table.update(batch(1 + below(most), keys, true));
  }

 private:
  std::mt19937 random_;
};

}  // namespace parallax::testing
