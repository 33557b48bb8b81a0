#include "fuzz/loading.h"

#include <cmath>
#include <optional>
#include <set>

#include "emit/emit.h"
#include "ingest/csv_ingest.h"
#include "ingest/json_ingest.h"
#include "ingest/json_table.h"
#include "parallax/error.h"
#include "storage/table.h"

namespace parallax::fuzz {
namespace {

/// Columns of every storage under the names that seeds use.
const Schema& target_schema() {
  static const Schema schema({{"k", Storage::int32},
                              {"s", Storage::text},
                              {"f", Storage::float64},
                              {"b", Storage::boolean},
                              {"d", Storage::date},
                              {"t", Storage::datetime},
                              {"i8", Storage::int8},
                              {"u64", Storage::uint64},
                              {"i64", Storage::int64},
                              {"f32", Storage::float32},
                              {"a.b", Storage::text}});
  return schema;
}

ThreadPool& pool() {
  static ThreadPool single(1);
  return single;
}

ViewSlice slice_of(const ParsedTable& table) {
  ViewSlice slice;
  slice.rows = table.batch.rows;
  for (const auto& entry : table.batch.entries) {
    const std::string& name = table.schema[entry.column].name;
    if (name == kRowIdName) continue;  // would come back as row keys
    slice.names.push_back(name);
    slice.columns.push_back(entry.values);
  }
  return slice;
}

void require_whole(const ParsedTable& table) {
  require(table.schema.size() == table.batch.entries.size(), "A new table lacks columns");
  for (std::size_t i = 0; i < table.schema.size(); ++i) {
    const RowBatch::Entry& entry = table.batch.entries[i];
    require(entry.column == i && !entry.present, "A new table's columns are out of order");
    require(entry.values.storage() == table.schema[i].storage, "A new table's column has another type");
    require(entry.values.size() == table.batch.rows, "A new table's column has another length");
    require_utf8(entry.values);
  }
  if (table.batch.ids) require(table.batch.ids->size() == table.batch.rows, "Row ids are missing");
}

void require_fitting(const RowBatch& batch, const Schema& schema) {
  std::set<std::size_t> seen;
  for (const RowBatch::Entry& entry : batch.entries) {
    require(entry.column < schema.size() && seen.insert(entry.column).second, "An update names no column");
    require(entry.values.storage() == schema[entry.column].storage, "An update has another type");
    require(entry.values.size() == batch.rows, "An update's column has another length");
    require(!entry.present || entry.present->size() == batch.rows, "An update's presence is cut off");
    require_utf8(entry.values);
  }
  if (batch.ids) require(batch.ids->size() == batch.rows, "An update's row ids are missing");
}

void check_arrow_round_trip(const ViewSlice& slice, std::size_t choice) {
  static const std::optional<std::string> kCodecs[] = {std::nullopt, "lz4", "zstd"};
  const ArrowOptions options{kCodecs[choice % std::size(kCodecs)]};
  const ParsedTable again = parse_table(InputFormat::arrow, to_arrow(slice, options, pool()), std::nullopt,
                                        ListFlatten::zip, pool());
  require(again.schema.size() == slice.names.size(), "Arrow: columns were lost");
  for (std::size_t i = 0; i < slice.names.size(); ++i) {
    require(again.schema[i].name == slice.names[i], "Arrow: a name changed");
    require_same(slice.columns[i], again.batch.entries[i].values, "Arrow");
  }
}

/// True for numbers that JSON cannot spell.
bool is_beyond_json(const Column& column) {
  if (!is_float(column.storage())) return false;
  for (std::size_t row = 0; row < column.size(); ++row) {
    const double value = column.storage() == Storage::float64 ? column.value<double>(row)
                                                              : static_cast<double>(column.value<float>(row));
    if (!std::isfinite(value)) return true;
  }
  return false;
}

void check_json_round_trip(const ParsedTable& table, const ViewSlice& slice) {
  if (slice.rows == 0 || slice.names.empty()) return;  // JSON columns cannot be empty
  const RowBatch again = parse_update(InputFormat::json_columns, to_columns_json(slice, {}, pool()),
                                      UpdateTarget{table.schema, std::nullopt, ListFlatten::zip}, pool());
  require(again.entries.size() == slice.names.size(), "JSON: columns were lost");
  for (const auto& entry : again.entries) {
    const Column& before = table.batch.entries[entry.column].values;
    if (!is_beyond_json(before)) require_same(before, entry.values, "JSON");
  }
}

/// What made the table updates it too. CSV is read differently on creation (times of day), JSON may name a
/// column twice, and numbers that became text are spelled as they stand in an update.
void check_same_as_update(InputFormat format, ListFlatten list_flatten, std::string_view text,
                          const ParsedTable& table) {
  if (format == InputFormat::csv) return;
  RowBatch again;
  try {
    again = parse_update(format, text, UpdateTarget{table.schema, std::nullopt, list_flatten}, pool());
  } catch (const Error& error) {
    require(format != InputFormat::arrow,
            std::string("What made a table does not update it: ") + error.what());
    return;
  }
  require(again.rows == table.batch.rows, "The same data has other rows as an update");
  for (const auto& entry : again.entries) {
    if (entry.values.storage() == Storage::text) continue;
    require_same(table.batch.entries[entry.column].values, entry.values, "The same data as an update");
  }
}

/// What loading comes to.
struct Outcome {
  std::optional<ParsedTable> table;
  std::string error;
};

template <class Load>
Outcome outcome_of(Load&& load) {
  try {
    return {load(), {}};
  } catch (const Error& error) {
    require(*error.what() != '\0', "An error says nothing");
    return {std::nullopt, error.what()};
  }
}

/// Cut into small parts, the text gives the same table or the same error, but for where broken JSON is
/// noticed.
void require_same_in_parts(const Outcome& whole, const Outcome& in_parts) {
  const auto broken = [](const Outcome& outcome) {
    return outcome.error.find("not valid JSON") != std::string::npos;
  };
  require(whole.table.has_value() == in_parts.table.has_value(),
          "In parts there is " + (in_parts.table ? "a table" : '"' + in_parts.error + '"') + " instead of " +
              (whole.table ? "a table" : '"' + whole.error + '"'));
  require(whole.error == in_parts.error || broken(whole) || broken(in_parts),
          "In parts the error is \"" + in_parts.error + "\" instead of \"" + whole.error + '"');
  if (!whole.table) return;
  require(whole.table->schema.fields() == in_parts.table->schema.fields(), "In parts the schema differs");
  require(whole.table->batch.rows == in_parts.table->batch.rows, "In parts the rows differ");
  for (std::size_t i = 0; i < whole.table->schema.size(); ++i) {
    require_same(whole.table->batch.entries[i].values, in_parts.table->batch.entries[i].values, "In parts");
  }
}

void check_creation(InputFormat format, ListFlatten list_flatten, bool indexed, std::string_view text) {
  const auto index = indexed ? std::optional<std::string_view>("k") : std::nullopt;
  const Outcome outcome = outcome_of([&] { return parse_table(format, text, index, list_flatten, pool()); });
  if (format != InputFormat::arrow) {
    constexpr std::size_t kPartBytes = 8;
    require_same_in_parts(outcome, outcome_of([&] {
                            return format == InputFormat::csv
                                       ? parse_csv_table(text, index, pool(), kPartBytes)
                                       : parse_json_table(format, text, index, list_flatten, pool(),
                                                          kPartBytes);
                          }));
  }
  const std::optional<ParsedTable>& table = outcome.table;
  if (!table) return;
  require_whole(*table);
  const ViewSlice slice = slice_of(*table);
  check_arrow_round_trip(slice, text.size());
  check_json_round_trip(*table, slice);
  if (!indexed) check_same_as_update(format, list_flatten, text, *table);
  TableOptions options;
  if (indexed) options.index = "k";
  try {
    const auto made = Table::from_batch(table->schema, options, table->batch);
    require(made->size() <= table->batch.rows, "A table has more rows than its data");
    require(indexed || table->batch.ids || made->size() == table->batch.rows, "A table lost rows");
  } catch (const Error&) {
    require(indexed, "A table without index was refused");
  }
}

void check_update(InputFormat format, ListFlatten list_flatten, bool indexed, std::string_view text) {
  const Schema& schema = target_schema();
  const std::optional<std::size_t> index = indexed ? std::optional<std::size_t>(0) : std::nullopt;
  RowBatch batch;
  try {
    batch = parse_update(format, text, UpdateTarget{schema, index, list_flatten}, pool());
  } catch (const Error& error) {
    require(*error.what() != '\0', "An error says nothing");
    return;
  }
  require_fitting(batch, schema);
  TableOptions options;
  if (indexed) options.index = schema[0].name;
  Table table(schema, options);
  const std::size_t rows = batch.rows;
  (void)table.update(std::move(batch));
  require(table.size() <= rows, "An update made more rows than it has");
}

void check_keys(InputFormat format, std::string_view text) {
  for (const Field& field : target_schema().fields()) {
    try {
      const Column keys = parse_keys(format, text, field, pool());
      require(keys.storage() == field.storage, "Keys have another type");
      require_utf8(keys);
    } catch (const Error& error) {
      require(*error.what() != '\0', "An error says nothing");
    }
  }
}

}  // namespace

void check_loading(InputFormat format, ListFlatten list_flatten, bool indexed, std::string_view text) {
  check_creation(format, list_flatten, indexed, text);
  check_update(format, list_flatten, indexed, text);
  if (format == InputFormat::arrow || format == InputFormat::json_rows) check_keys(format, text);
}

}  // namespace parallax::fuzz
