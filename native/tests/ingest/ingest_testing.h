// Shows parsed data as text, for the tests of ingest.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/number_text.h"
#include "ingest/ingest.h"
#include "parallax/error.h"

namespace parallax::testing {

inline ThreadPool& pool() {
  static ThreadPool shared(3);
  return shared;
}

inline std::string cell(const Column& column, std::size_t row) {
  if (!column.valid(row)) return "null";
  std::string out;
  switch (column.storage()) {
    case Storage::text:
      return '"' + std::string(column.text(row)) + '"';
    case Storage::boolean:
      return column.value<std::uint8_t>(row) ? "true" : "false";
    case Storage::date:
      append_date(out, column.value<std::int32_t>(row));
      return out;
    case Storage::datetime:
      append_datetime(out, column.value<std::int64_t>(row));
      return out;
    case Storage::float64:
      append_json_double(out, column.value<double>(row));
      return out;
    case Storage::float32:
      append_json_double(out, column.value<float>(row));
      return out;
    case Storage::uint64:
      append_unsigned(out, column.value<std::uint64_t>(row));
      return out;
    default:
      break;
  }
  with_storage(column.storage(), [&](auto type) {
    append_integer(out, static_cast<std::int64_t>(column.value<typename decltype(type)::type>(row)));
  });
  return out;
}

/// Cells with commas between; `-` for one that the input did not name.
inline std::string cells(const Column& column, const Bitmap* present = nullptr) {
  std::string out;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (row > 0) out += ',';
    out += present && !present->test(row) ? "-" : cell(column, row);
  }
  return out;
}

/// `a:integer=1,2,null b:string="x",null,null`
inline std::string show(const ParsedTable& table) {
  std::string out;
  EXPECT_EQ(table.schema.size(), table.batch.entries.size());
  for (std::size_t i = 0; i < table.schema.size(); ++i) {
    const auto& entry = table.batch.entries[i];
    EXPECT_EQ(entry.column, i);
    EXPECT_EQ(entry.values.size(), table.batch.rows);
    EXPECT_EQ(entry.values.storage(), table.schema[i].storage);
    EXPECT_FALSE(entry.present.has_value());
    if (i > 0) out += ' ';
    out +=
        table.schema[i].name + ':' + std::string(type_name(entry.values.type())) + '=' + cells(entry.values);
  }
  return out;
}

inline std::string show(const RowBatch& batch, const Schema& schema) {
  std::string out;
  if (batch.ids) out = "#=" + cells(*batch.ids);
  for (const auto& entry : batch.entries) {
    EXPECT_EQ(entry.values.size(), batch.rows);
    EXPECT_EQ(entry.values.storage(), schema[entry.column].storage);
    if (!out.empty()) out += ' ';
    out += schema[entry.column].name + '=' + cells(entry.values, entry.present ? &*entry.present : nullptr);
  }
  return out;
}

inline ParsedTable load(InputFormat format, std::string_view text, ListFlatten flatten = ListFlatten::zip,
                        std::optional<std::string_view> index = std::nullopt) {
  return parse_table(format, text, index, flatten, pool());
}
inline std::string rows(std::string_view text, ListFlatten flatten = ListFlatten::zip) {
  return show(load(InputFormat::json_rows, text, flatten));
}
inline std::string columns(std::string_view text, ListFlatten flatten = ListFlatten::zip) {
  return show(load(InputFormat::json_columns, text, flatten));
}
inline std::string ndjson(std::string_view text, ListFlatten flatten = ListFlatten::zip) {
  return show(load(InputFormat::ndjson, text, flatten));
}
inline std::string csv(std::string_view text) { return show(load(InputFormat::csv, text)); }

inline std::string update(InputFormat format, const Schema& schema, std::string_view text,
                          std::optional<std::size_t> index = std::nullopt,
                          ListFlatten flatten = ListFlatten::zip) {
  return show(parse_update(format, text, UpdateTarget{schema, index, flatten}, pool()), schema);
}

/// The message of the Error that `action` throws; empty if none.
template <class F>
std::string error_of(F&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace parallax::testing
