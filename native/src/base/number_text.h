// Numbers and times as text, for JSON and CSV.
#pragma once

#include <cstdint>
#include <string>

namespace parallax {

void append_integer(std::string& out, std::int64_t value);
void append_unsigned(std::string& out, std::uint64_t value);
/// JSON form: shortest round-trip digits with a point (`1.0`), fixed for 1e-6 <= |x| < 1e21, else `1e21`,
/// `1.5e-7`. NaN and infinities are `null`.
void append_json_double(std::string& out, double value);
/// CSV form: shortest digits without `.0`, fixed for 1e-6 <= |x| < 1e10, else `1e+10`, `1e-7`; `nan`, `inf`,
/// `-inf`.
void append_csv_double(std::string& out, double value);
void append_csv_float(std::string& out, float value);
/// At most six significant digits, as column paths and `join` show floats (`1795`, `0.5`).
void append_short_double(std::string& out, double value);
/// `YYYY-MM-DD`
void append_date(std::string& out, std::int32_t days);
/// `YYYY-MM-DD hh:mm:ss.mmm`
void append_datetime(std::string& out, std::int64_t ms);

}  // namespace parallax
