// Numbers and times as text, for JSON and CSV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace parallax {

/// The write_ functions put text at `to`, where kLongestNumber bytes are free, and return its end.
inline constexpr std::size_t kLongestNumber = 48;

char* write_integer(char* to, std::int64_t value) noexcept;
char* write_unsigned(char* to, std::uint64_t value) noexcept;
/// JSON form: shortest round-trip digits with a point (`1.0`), fixed for 1e-6 <= |x| < 1e21, else `1e21`,
/// `1.5e-7`. NaN and infinities are `null`.
char* write_json_double(char* to, double value) noexcept;
/// CSV form: shortest digits without `.0`, fixed for 1e-6 <= |x| < 1e10, else `1e+10`, `1e-7`; `nan`, `inf`,
/// `-inf`.
char* write_csv_double(char* to, double value) noexcept;
char* write_csv_float(char* to, float value) noexcept;
/// At most six significant digits, as column paths and `join` show floats (`1795`, `0.5`, `nan`, `-inf`).
char* write_short_double(char* to, double value) noexcept;
/// `YYYY-MM-DD`
char* write_date(char* to, std::int32_t days) noexcept;
/// `YYYY-MM-DD hh:mm:ss.mmm`
char* write_datetime(char* to, std::int64_t ms) noexcept;

/// The same at the end of a string.
void append_integer(std::string& out, std::int64_t value);
void append_unsigned(std::string& out, std::uint64_t value);
void append_json_double(std::string& out, double value);
void append_csv_double(std::string& out, double value);
void append_csv_float(std::string& out, float value);
void append_short_double(std::string& out, double value);
void append_date(std::string& out, std::int32_t days);
void append_datetime(std::string& out, std::int64_t ms);

}  // namespace parallax
