#include "self_check_values.h"

#include <numeric>

namespace parallax::testing {
namespace {

const std::vector<Storage> kStorages{
    Storage::int8,    Storage::int16,   Storage::int32,   Storage::int64,   Storage::uint8,
    Storage::uint16,  Storage::uint32,  Storage::uint64,  Storage::float32, Storage::float64,
    Storage::float64, Storage::boolean, Storage::boolean, Storage::date,    Storage::datetime,
    Storage::text,    Storage::text,    Storage::int32,
};

const char* name_of(Storage storage) {
  static const char* const kNames[] = {"i8",  "i16", "i32", "i64", "u8", "u16", "u32",
                                       "u64", "f32", "f64", "b",   "d",  "t",   "s"};
  return kNames[static_cast<std::size_t>(storage)];
}

}  // namespace

ValueMaker::ValueMaker(Dice& dice, const std::string& prefix)
    : dice_(dice),
      keys_(5 + dice.below(100)),
      nulls_(dice.chance(80)),
      odd_(dice.chance(70)),
      growing_(dice.chance(40)) {
  static const std::vector<Storage> kKeys{Storage::int32, Storage::int32, Storage::text,
                                          Storage::date,  Storage::int64, Storage::float64};
  schema_.add({prefix + "k", prefix.empty() ? dice.pick(kKeys) : Storage::int32});
  const std::size_t columns = 3 + dice.below(6);
  for (std::size_t i = 0; i < columns; ++i) {
    const Storage storage = dice.pick(kStorages);
    std::string name = prefix + name_of(storage);
    while (schema_.find(name)) name += '_';
    schema_.add({name, storage});
  }
}

Value ValueMaker::cell(std::size_t column) {
  if (column == 0) return key();
  if (nulls_ && dice_.chance(12)) return kNull;
  return value(schema_[column].storage);
}

Value ValueMaker::key() {
  if (nulls_ && dice_.chance(3)) return kNull;
  const std::size_t at = dice_.below(keys_);
  if (schema_[0].storage == Storage::text) return "key" + std::to_string(at);
  return static_cast<double>(at) - 3;
}

Value ValueMaker::value(Storage storage) {
  switch (storage) {
    case Storage::text:
      return text();
    case Storage::boolean:
      return static_cast<double>(dice_.below(2));
    case Storage::date:
      return odd_ && dice_.chance(5) ? -400.0 : 19'000.0 + static_cast<double>(dice_.below(40));
    case Storage::datetime:
      return odd_ && dice_.chance(5) ? -1.0 : 1.7e12 + static_cast<double>(dice_.below(6)) * 3'600'000.0;
    default:
      return number(storage);
  }
}

Value ValueMaker::number(Storage storage) {
  if (is_float(storage)) {
    // Sums of these overflow, lose what they leave behind, or lie halfway between two doubles.
    static const std::vector<double> kOdd{kNaN, kInfinity, -kInfinity, -0.0,  0.0,    1e30,    -1e30,  0.1,
                                          1e14, -1e14,     1e-20,      1e308, -1e308, 0x1p-53, 1.0 / 3};
    if (odd_ && dice_.chance(12)) return dice_.pick(kOdd);
    return (static_cast<double>(dice_.below(12)) - 5) * 0.5;
  }
  if (odd_ && dice_.chance(5)) {
    // The greatest numbers a double holds and the type, too.
    return with_storage(storage, [&](auto type) {
      using T = typename decltype(type)::type;
      const T most = std::numeric_limits<T>::max() - (sizeof(T) == 8 ? 2047 : 0);
      return static_cast<double>(dice_.chance(50) ? most : std::numeric_limits<T>::min());
    });
  }
  const auto small = static_cast<double>(dice_.below(10));
  return is_signed_integer(storage) ? small - 4 : small;
}

Value ValueMaker::text() {
  static const std::vector<std::string> kTexts{"",    "a", "B",    "cup",  "Cup board",
                                               "pen", "é", "日本", "null", "a|b"};
  if (growing_ && dice_.chance(20)) return "fresh" + std::to_string(grown_++);
  return dice_.pick(kTexts);
}

ScriptRows ValueMaker::rows(std::size_t count) {
  ScriptRows out;
  out.columns.resize(schema_.size());
  std::iota(out.columns.begin(), out.columns.end(), std::size_t{0});
  for (std::size_t r = 0; r < count; ++r) {
    auto& row = out.rows.emplace_back();
    for (std::size_t c = 0; c < schema_.size(); ++c) row.emplace_back(cell(c));
  }
  return out;
}

ScriptRows ValueMaker::partial_rows(std::size_t count) {
  ScriptRows all = rows(count);
  ScriptRows out;
  out.rows.resize(count);
  for (std::size_t c = 0; c < schema_.size(); ++c) {
    if (c > 0 && dice_.chance(40)) continue;
    const bool gaps = c > 0 && dice_.chance(40);
    out.columns.push_back(c);
    for (std::size_t r = 0; r < count; ++r) {
      out.rows[r].push_back(gaps && dice_.chance(50) ? std::nullopt : all.rows[r][c]);
    }
  }
  return out;
}

}  // namespace parallax::testing
