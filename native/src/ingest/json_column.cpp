#include "ingest/json_column.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/civil.h"
#include "base/date_text.h"
#include "base/number_text.h"

namespace parallax {
namespace {

constexpr Refusal kNoInteger = "is no integer";
constexpr Refusal kNoFloat = "is no number";
constexpr Refusal kNoBoolean = "is no boolean (true, false or a 32-bit integer)";
constexpr Refusal kNoDate = "is no date (a text like \"2020-01-31\", or whole milliseconds since 1970)";
constexpr Refusal kNoDatetime =
    "is no datetime (a text like \"2020-01-31T12:30:00Z\", or milliseconds since 1970)";
constexpr Refusal kOutOfRange = "is out of the column's range";

bool fits_int32(std::int64_t value) noexcept {
  return value >= std::numeric_limits<std::int32_t>::min() &&
         value <= std::numeric_limits<std::int32_t>::max();
}

/// A new column with the cells of `from` as another type.
Column converted(const Column& from, Storage storage) {
  Column out(storage);
  std::string text;
  for (std::size_t row = 0; row < from.size(); ++row) {
    if (!from.valid(row)) {
      out.append_null();
      continue;
    }
    const bool whole = from.storage() == Storage::int32;
    if (storage == Storage::float64) {
      out.append<double>(from.value<std::int32_t>(row));
      continue;
    }
    text.clear();
    if (whole) {
      append_integer(text, from.value<std::int32_t>(row));
    } else {
      append_number_text(text, from.value<double>(row));
    }
    out.append_text(text);
  }
  return out;
}

}  // namespace

JsonColumn::JsonColumn() : cells_(Storage::text), inferring_(true), decided_(false) {}

JsonColumn::JsonColumn(Storage storage, bool inferring)
    : cells_(storage), inferring_(inferring), decided_(true) {}

JsonColumn JsonColumn::like(std::shared_ptr<Dictionary> dictionary) const {
  if (!decided_) return {};
  JsonColumn out(storage(), inferring_);
  if (dictionary && storage() == Storage::text) out.cells_ = Column(Storage::text, std::move(dictionary));
  return out;
}

JsonColumn JsonColumn::joined(std::vector<JsonColumn> parts) {
  const JsonColumn& last = parts.back();
  JsonColumn out = last.like();
  std::vector<Column> pieces;
  for (JsonColumn& part : parts) {
    if (part.storage() != out.storage())
      part.decided_ ? part.promote(out.storage()) : part.restart(out.storage());
    pieces.push_back(part.take_cells());
  }
  out.cells_ = join_pieces(std::move(pieces));
  return out;
}

void JsonColumn::pad(std::size_t rows) {
  if (cells_.size() >= rows) return;
  if (!inferring_) {
    if (!present_) present_.emplace(cells_.size(), true);
    present_->resize(rows, false);
  }
  cells_.resize(rows);
}

void JsonColumn::truncate(std::size_t rows) {
  if (cells_.size() <= rows) return;
  cells_.resize(rows);
  if (present_) present_->resize(rows);
}

void JsonColumn::restart(Storage storage) {
  const std::size_t nulls = cells_.size();
  cells_ = Column(storage);
  cells_.resize(nulls);
}

void JsonColumn::append_text(std::string_view text) {
  constexpr std::size_t kMany = 2048;
  if (cells_.size() < kMany) return cells_.append_text(text);
  if (!interner_ || interner_->dictionary() != cells_.dictionary()) interner_.emplace(cells_.dictionary());
  cells_.append<std::uint32_t>(interner_->intern(text));
}

void JsonColumn::promote(Storage storage) { cells_ = converted(cells_, storage); }

void JsonColumn::append(JsonColumn&& next) {
  if (next.size() == 0) return;
  if (!decided_ && next.decided_) {
    restart(next.storage());
    decided_ = true;
  } else if (storage() != next.storage()) {
    if (next.decided_) {
      promote(next.storage());
    } else {
      next.restart(storage());
    }
  }
  if (present_ || next.present_) {
    if (!present_) present_.emplace(cells_.size(), true);
    const std::size_t start = cells_.size();
    present_->resize(start + next.size(), !next.present_);
    if (next.present_) next.present_->for_each([&](std::size_t i) { present_->set(start + i); });
  }
  cells_.append_column(next.cells_);
}

void JsonColumn::decide(const JsonScalar& value) {
  Storage storage = Storage::text;
  switch (value.kind) {
    case JsonScalar::Kind::null:
      return;
    case JsonScalar::Kind::boolean:
      storage = Storage::boolean;
      break;
    case JsonScalar::Kind::integer:
      storage = fits_int32(value.integer) ? Storage::int32 : Storage::float64;
      break;
    case JsonScalar::Kind::big:
    case JsonScalar::Kind::fraction:
      storage = Storage::float64;
      break;
    case JsonScalar::Kind::text:
      if (parse_boolean_text(value.text)) {
        storage = Storage::boolean;
      } else if (const auto number = parse_number_text(value.text)) {
        storage = number->is_integer && fits_int32(number->integer) ? Storage::int32 : Storage::float64;
      } else if (const auto time = parse_json_time(value.text)) {
        storage = time->is_day ? Storage::date : Storage::datetime;
      }
      break;
  }
  restart(storage);
  decided_ = true;
}

Refusal JsonColumn::put(const JsonScalar& value) {
  if (!decided_) decide(value);
  Refusal refusal = nullptr;
  switch (value.kind) {
    case JsonScalar::Kind::null:
      cells_.append_null();
      break;
    case JsonScalar::Kind::boolean:
      refusal = put_boolean(value.boolean);
      break;
    case JsonScalar::Kind::integer:
      refusal = put_integer(value.integer);
      break;
    case JsonScalar::Kind::big:
      refusal = put_big(value);
      break;
    case JsonScalar::Kind::fraction:
      refusal = put_number(value.number);
      break;
    case JsonScalar::Kind::text:
      refusal = put_text(value.text);
      break;
  }
  if (present_ && !refusal) present_->resize(cells_.size(), true);
  return refusal;
}

Refusal JsonColumn::mismatch() const noexcept {
  switch (column_type(storage())) {
    case ColumnType::floating:
      return kNoFloat;
    case ColumnType::boolean:
      return kNoBoolean;
    case ColumnType::date:
      return kNoDate;
    case ColumnType::datetime:
      return kNoDatetime;
    default:
      return kNoInteger;
  }
}

Refusal JsonColumn::put_boolean(bool value) {
  if (storage() == Storage::boolean) {
    cells_.append<std::uint8_t>(value);
  } else if (storage() == Storage::text) {
    append_text(value ? "true" : "false");
  } else {
    return mismatch();
  }
  return nullptr;
}

Refusal JsonColumn::put_whole(std::int64_t value) {
  return with_storage(storage(), [&](auto type) -> Refusal {
    using T = typename decltype(type)::type;
    if constexpr (std::is_integral_v<T>) {
      if (!std::in_range<T>(value)) return kOutOfRange;
    }
    cells_.append<T>(static_cast<T>(value));
    return nullptr;
  });
}

Refusal JsonColumn::put_instant(std::int64_t ms) {
  if (storage() == Storage::datetime) {
    cells_.append<std::int64_t>(ms);
    return nullptr;
  }
  const std::int64_t day = ms >= 0 ? ms / kMsPerDay : -1 - (-1 - ms) / kMsPerDay;
  if (!fits_int32(day)) return kOutOfRange;
  cells_.append<std::int32_t>(static_cast<std::int32_t>(day));
  return nullptr;
}

Refusal JsonColumn::put_integer(std::int64_t value) {
  switch (storage()) {
    case Storage::int32:
      if (fits_int32(value)) {
        cells_.append<std::int32_t>(static_cast<std::int32_t>(value));
        return nullptr;
      }
      if (!inferring_) return kOutOfRange;
      promote(Storage::float64);
      [[fallthrough]];
    case Storage::float64:
      cells_.append<double>(static_cast<double>(value));
      return nullptr;
    case Storage::float32:
      cells_.append<float>(static_cast<float>(value));
      return nullptr;
    case Storage::text:
      scratch_.clear();
      append_integer(scratch_, value);
      append_text(scratch_);
      return nullptr;
    case Storage::boolean:
      if (!fits_int32(value)) return kNoBoolean;
      cells_.append<std::uint8_t>(value != 0);
      return nullptr;
    case Storage::date:
    case Storage::datetime:
      return put_instant(value);
    default:
      return put_whole(value);
  }
}

Refusal JsonColumn::put_big(const JsonScalar& value) {
  switch (storage()) {
    case Storage::int32:
      if (!inferring_) return kOutOfRange;
      promote(Storage::float64);
      [[fallthrough]];
    case Storage::float64:
    case Storage::float32:
      return put_float(value.number);
    case Storage::text:
      append_text(value.text);
      return nullptr;
    case Storage::uint64: {
      std::uint64_t whole = 0;
      const char* const end = value.text.data() + value.text.size();
      const auto parsed = std::from_chars(value.text.data(), end, whole);
      if (parsed.ec != std::errc{} || parsed.ptr != end) return kOutOfRange;
      cells_.append<std::uint64_t>(whole);
      return nullptr;
    }
    case Storage::boolean:
      return kNoBoolean;
    default:
      return kOutOfRange;
  }
}

Refusal JsonColumn::put_float(double value) {
  if (storage() == Storage::float64) {
    cells_.append<double>(value);
    return nullptr;
  }
  if (std::isfinite(value) && std::fabs(value) > std::numeric_limits<float>::max()) return kOutOfRange;
  cells_.append<float>(static_cast<float>(value));
  return nullptr;
}

Refusal JsonColumn::put_truncated(double value) {
  const double whole = std::trunc(value);
  if (storage() == Storage::uint64 && whole >= 0x1p63 && whole < 0x1p64) {
    cells_.append<std::uint64_t>(static_cast<std::uint64_t>(whole));
    return nullptr;
  }
  if (!(whole >= -0x1p63 && whole < 0x1p63)) return kOutOfRange;
  return put_whole(static_cast<std::int64_t>(whole));
}

Refusal JsonColumn::put_number(double value) {
  switch (storage()) {
    case Storage::float64:
    case Storage::float32:
      return put_float(value);
    case Storage::text:
      scratch_.clear();
      append_number_text(scratch_, value);
      append_text(scratch_);
      return nullptr;
    case Storage::boolean:
    case Storage::date:
      return mismatch();
    case Storage::int32:
      if (inferring_) {
        promote(Storage::float64);
        return put_float(value);
      }
      [[fallthrough]];
    default:
      return put_truncated(value);
  }
}

Refusal JsonColumn::put_text(std::string_view text) {
  switch (storage()) {
    case Storage::text:
      append_text(text);
      return nullptr;
    case Storage::boolean: {
      const auto value = parse_boolean_text(text);
      if (!value) return kNoBoolean;
      cells_.append<std::uint8_t>(*value);
      return nullptr;
    }
    case Storage::date:
    case Storage::datetime: {
      const auto time = parse_json_time(text);
      return time ? put_instant(time->ms) : mismatch();
    }
    default:
      return put_number_text(text);
  }
}

Refusal JsonColumn::put_number_text(std::string_view text) {
  if (const auto number = parse_number_text(text)) {
    if (!is_float(storage())) {
      return number->is_integer ? put_integer(number->integer) : put_number(number->number);
    }
    return put_float(number->number);
  }
  if (inferring_) {
    promote(Storage::text);
    append_text(text);
    return nullptr;
  }
  if (!text.empty()) return mismatch();
  cells_.append_null();
  return nullptr;
}

}  // namespace parallax
