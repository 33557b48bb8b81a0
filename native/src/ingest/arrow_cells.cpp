#include "ingest/arrow_cells.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/civil.h"
#include "ingest/arrow_parts.h"
#include "parallax/error.h"

namespace parallax {
namespace {

[[noreturn]] void does_not_fit(const std::string& what) { throw Error(what); }

// --- one value ---------------------------------------------------------------------------------------------
// A converter turns a source value into a column's; false makes the cell null.

template <class To, class From>
bool convert_number(From from, To& to) {
  if constexpr (std::is_floating_point_v<To>) {
    to = static_cast<To>(from);
  } else if constexpr (std::is_floating_point_v<From>) {
    if (std::isnan(from)) return false;
    const From whole = std::trunc(from);
    const From limit = std::ldexp(From{1}, std::numeric_limits<To>::digits);  // the first value too large
    if (!(whole < limit) || whole < (std::is_signed_v<To> ? -limit : From{0})) {
      does_not_fit(std::to_string(from));
    }
    to = static_cast<To>(whole);
  } else {
    if (!std::in_range<To>(from)) does_not_fit(std::to_string(from));
    to = static_cast<To>(from);
  }
  return true;
}

float half_to_float(std::uint16_t half) noexcept {
  const int exponent = half >> 10 & 0x1f;
  const auto fraction = static_cast<float>(half & 0x3ff);
  float value = 0;
  if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else if (exponent == 31) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else {
    value = std::ldexp(fraction + 1024, exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

/// Decimal digits of a two's complement number of `width` bytes, little end first.
std::string decimal_digits(const char* bytes, int width) {
  std::uint32_t limbs[8] = {};
  std::memcpy(limbs, bytes, static_cast<std::size_t>(width));
  const int count = width / 4;
  std::string digits;
  const bool negative = (limbs[count - 1] >> 31) != 0;
  if (negative) {
    std::uint64_t carry = 1;
    for (int i = 0; i < count; ++i) {
      carry += static_cast<std::uint32_t>(~limbs[i]);
      limbs[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  for (bool more = true; more;) {
    std::uint64_t rest = 0;
    more = false;
    for (int i = count - 1; i >= 0; --i) {
      rest = rest << 32 | limbs[i];
      limbs[i] = static_cast<std::uint32_t>(rest / 10);
      rest %= 10;
      more = more || limbs[i] != 0;
    }
    digits.insert(digits.begin(), static_cast<char>('0' + rest));
  }
  if (negative) digits.insert(digits.begin(), '-');
  return digits;
}

/// The double nearest to a decimal.
double decimal_to_double(const char* bytes, int width, int scale) {
  std::string text = decimal_digits(bytes, width);
  text += 'e';
  text += std::to_string(-static_cast<std::int64_t>(scale));
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    value = scale < 0 ? std::numeric_limits<double>::infinity() : 0;
    if (text[0] == '-') value = -value;
  }
  return value;
}

std::int32_t day_of_date64(std::int64_t ms) {
  const std::int64_t day = day_of_ms(ms);
  if (!std::in_range<std::int32_t>(day)) does_not_fit(std::to_string(ms) + " ms");
  return static_cast<std::int32_t>(day);
}

std::int64_t milliseconds(std::int64_t instant, std::int64_t units_a_second) {
  if (units_a_second >= 1000) return instant / (units_a_second / 1000);
  std::int64_t ms = 0;
  if (__builtin_mul_overflow(instant, std::int64_t{1000}, &ms)) does_not_fit(std::to_string(instant) + " s");
  return ms;
}

// --- runs of cells -----------------------------------------------------------------------------------------

/// Where a failed cell is, for messages.
struct Place {
  const std::string& name;
  const ArrowField& field;
  Storage storage;
  std::size_t segment;
};

[[noreturn]] void fail_at(const Place& place, std::size_t cell, const Error& what) {
  throw Error("Arrow: column \"" + place.name + "\", row " +
              std::to_string(place.segment * kMorselRows + cell) + ": " + what.what() + " (" +
              place.field.type_name + ") is out of range for a column of " +
              std::to_string(storage_width(place.storage) * 8) + "-bit " +
              std::string(type_name(column_type(place.storage))));
}

/// convert(i, to) gives cell i of the part's array; false makes it null.
template <class To, class Convert>
void convert_part(const ArrowPart& part, Segment& segment, const Place& place, Convert&& convert) {
  To* to = reinterpret_cast<To*>(segment.data()) + part.to;
  for (std::size_t i = 0; i < part.count; ++i) {
    if (!part.array.valid(part.from + i)) continue;
    try {
      if (!convert(part.from + i, to[i])) clear_bit(segment.validity(), part.to + i);
    } catch (const Error& what) {
      fail_at(place, part.to + i, what);
    }
  }
}

template <class To>
void copy_part(const ArrowPart& part, Segment& segment) {
  To* to = reinterpret_cast<To*>(segment.data()) + part.to;
  std::memcpy(to, part.array.values + part.from * sizeof(To), part.count * sizeof(To));
  if (part.array.validity == nullptr) return;
  for (std::size_t i = 0; i < part.count; ++i) {
    if (!part.array.valid(part.from + i)) to[i] = To{};
  }
}

template <class To, class From>
void number_part(const ArrowPart& part, Segment& segment, const Place& place) {
  if constexpr (std::is_same_v<To, From>) {
    copy_part<To>(part, segment);
  } else {
    convert_part<To>(part, segment, place, [&](std::size_t i, To& to) {
      return convert_number(arrow_value<From>(part.array.values, i), to);
    });
  }
}

template <class To>
void integer_part(const ArrowPart& part, Segment& segment, const Place& place, int width, bool is_signed) {
  switch (width * 2 + (is_signed ? 1 : 0)) {
    case 2:
      return number_part<To, std::uint8_t>(part, segment, place);
    case 3:
      return number_part<To, std::int8_t>(part, segment, place);
    case 4:
      return number_part<To, std::uint16_t>(part, segment, place);
    case 5:
      return number_part<To, std::int16_t>(part, segment, place);
    case 8:
      return number_part<To, std::uint32_t>(part, segment, place);
    case 9:
      return number_part<To, std::int32_t>(part, segment, place);
    case 16:
      return number_part<To, std::uint64_t>(part, segment, place);
    default:
      return number_part<To, std::int64_t>(part, segment, place);
  }
}

template <class To>
void numeric_part(const ArrowPart& part, Segment& segment, const Place& place) {
  const ArrowField& field = place.field;
  const char* values = part.array.values;
  if (field.kind == ArrowKind::integer) {
    integer_part<To>(part, segment, place, field.width, field.is_signed);
  } else if (field.kind == ArrowKind::time) {
    integer_part<To>(part, segment, place, field.width, true);
  } else if (field.kind == ArrowKind::decimal) {
    convert_part<To>(part, segment, place, [&](std::size_t i, To& to) {
      const char* bytes = values + i * static_cast<std::size_t>(field.width);
      return convert_number(decimal_to_double(bytes, field.width, field.scale), to);
    });
  } else if (field.width == 8) {
    number_part<To, double>(part, segment, place);
  } else if (field.width == 4) {
    number_part<To, float>(part, segment, place);
  } else {
    convert_part<To>(part, segment, place, [&](std::size_t i, To& to) {
      return convert_number(half_to_float(arrow_value<std::uint16_t>(values, i)), to);
    });
  }
}

void boolean_part(const ArrowPart& part, Segment& segment) {
  auto* to = reinterpret_cast<std::uint8_t*>(segment.data()) + part.to;
  for (std::size_t i = 0; i < part.count; ++i) {
    const std::size_t at = part.from + i;
    if (!part.array.valid(at)) continue;
    to[i] = static_cast<unsigned char>(part.array.values[at / 8]) >> (at % 8) & 1u;
  }
}

void date_part(const ArrowPart& part, Segment& segment, const Place& place) {
  if (place.field.kind == ArrowKind::date32) return copy_part<std::int32_t>(part, segment);
  convert_part<std::int32_t>(part, segment, place, [&](std::size_t i, std::int32_t& to) {
    to = day_of_date64(arrow_value<std::int64_t>(part.array.values, i));
    return true;
  });
}

void instant_part(const ArrowPart& part, Segment& segment, const Place& place) {
  const std::int64_t units = place.field.units_a_second;
  if (units == 1000) return copy_part<std::int64_t>(part, segment);
  convert_part<std::int64_t>(part, segment, place, [&](std::size_t i, std::int64_t& to) {
    to = milliseconds(arrow_value<std::int64_t>(part.array.values, i), units);
    return true;
  });
}

void fill_part(const ArrowPart& part, Segment& segment, const Place& place) {
  copy_validity(part, segment.validity());
  switch (column_type(place.storage)) {
    case ColumnType::boolean:
      return boolean_part(part, segment);
    case ColumnType::date:
      return date_part(part, segment, place);
    case ColumnType::datetime:
      return instant_part(part, segment, place);
    default:
      with_storage(place.storage,
                   [&](auto type) { numeric_part<typename decltype(type)::type>(part, segment, place); });
  }
}

}  // namespace

void copy_validity(const ArrowPart& part, std::uint64_t* validity) {
  for (std::size_t done = 0; done < part.count;) {
    const std::size_t to = part.to + done;
    const std::size_t from = part.from + done;
    const std::size_t run = std::min(part.count - done, 64 - to % 64);
    std::uint64_t bits = ~std::uint64_t{0};
    if (part.array.validity != nullptr) {
      // The bytes that hold bits [from, from + run): up to nine when they straddle.
      const std::size_t bytes = (from % 8 + run + 7) / 8;
      const char* at = part.array.validity + from / 8;
      bits = 0;
      std::memcpy(&bits, at, std::min<std::size_t>(bytes, 8));
      bits >>= from % 8;
      if (bytes > 8) bits |= std::uint64_t{static_cast<unsigned char>(at[8])} << (64 - from % 8);
    }
    if (run < 64) bits &= (std::uint64_t{1} << run) - 1;
    validity[to / 64] |= bits << (to % 64);
    done += run;
  }
}

Column arrow_cells(const ArrowField& field, const std::vector<const ArrowArray*>& arrays, Storage storage,
                   const std::string& name, ThreadPool& pool) {
  const ArrowParts parts(arrays);
  Column column(storage);
  column.resize(parts.rows());
  if (field.kind == ArrowKind::null) return column;
  if (storage == Storage::text) {
    fill_text_column(field, parts, arrays, column, name, pool);
    return column;
  }
  pool.parallel_for(parts.segments(), [&](std::size_t i) {
    Segment& segment = column.writable(i);
    const Place place{name, field, storage, i};
    parts.for_segment(i, [&](const ArrowPart& part) { fill_part(part, segment, place); });
  });
  return column;
}

}  // namespace parallax
