// CSV fields into typed columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/csv_scan.h"
#include "ingest/text_interner.h"
#include "storage/column.h"

namespace parallax {

/// How the fields of a column are read.
struct CsvReading {
  enum class Form : std::uint8_t {
    plain,
    time_of_day,  ///< into an integer: seconds since midnight
    timestamp     ///< into a datetime: no bare milliseconds
  };
  Storage storage;
  Form form = Form::plain;
};

/// The readings a new table's column may have, in the order in which they are tried.
inline constexpr CsvReading kCsvReadings[] = {
    {Storage::int64},
    {Storage::boolean},
    {Storage::float64},
    {Storage::date},
    {Storage::uint32, CsvReading::Form::time_of_day},
    {Storage::datetime, CsvReading::Form::timestamp},
    {Storage::text},
};

/// The fields of one column of a part as texts: every field fits and none is null.
Column read_csv_texts(const CsvText& text, const CsvPart& part, std::size_t column, TextInterner& interner);

/// Appends the fields of one column of a part to a column that is no text. Returns the first row whose field
/// does not fit, or nothing.
std::optional<std::size_t> read_csv_fields(const CsvText& text, const CsvPart& part, std::size_t column,
                                           CsvReading reading, Column& out);

/// True if the field is null or can be read.
bool fits_csv_reading(std::string_view field, CsvReading reading);

/// Empty, or one of the spellings of a missing value (`NA`, `null`, …).
bool is_csv_null(std::string_view field) noexcept;

}  // namespace parallax
