#include "view/group_coder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "base/number_text.h"

namespace parallax {
namespace {

template <class T>
int compare_values(T a, T b) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(b) - std::isnan(a);
  }
  return a < b ? -1 : b < a;
}

}  // namespace

ValueCoder::ValueCoder(const ViewSource& source, std::size_t column)
    : source_(source), column_(column), storage_(source.schema()[column].storage), values_(storage_) {
  if (storage_ != Storage::text) values_.append_null();
}

std::size_t ValueCoder::codes() const noexcept {
  return storage_ == Storage::text ? std::size_t{column().dictionary()->size()} + 1 : values_.size();
}

std::uint32_t ValueCoder::add(std::uint64_t image, const Column& column, std::size_t row) {
  const auto code = static_cast<std::uint32_t>(values_.size());
  with_storage(storage_, [&](auto type) {
    using T = typename decltype(type)::type;
    const T value = column.value<T>(row);
    if constexpr (std::is_floating_point_v<T>) {
      values_.append<T>(value == 0 ? T{0} : value);
    } else {
      values_.append<T>(value);
    }
  });
  by_image_.put(image, code);
  return code;
}

std::uint32_t ValueCoder::encode(std::uint32_t row) {
  const Column& column = this->column();
  if (!column.valid(row)) return kNull;
  if (storage_ == Storage::text) return column.value<std::uint32_t>(row) + 1;
  const std::uint64_t image = KeyIndex::image(column, row);
  const std::uint32_t code = by_image_.find(image);
  return code != KeyIndex::kNone ? code : add(image, column, row);
}

void ValueCoder::learn(const Bitmap& rows, ThreadPool& pool) {
  if (storage_ == Storage::text) return;
  const Column& column = this->column();
  // New values are collected per morsel, so that only the distinct ones are added one after the other.
  std::vector<std::vector<std::uint32_t>> fresh((rows.size() + kMorselRows - 1) / kMorselRows);
  pool.for_morsels(rows.size(), [&](std::size_t begin, std::size_t end) {
    KeyIndex seen;
    std::optional<std::uint64_t> last;  // neighbours are often alike
    with_storage(storage_, [&](auto type) {
      const auto* values = column.segment_values<typename decltype(type)::type>(begin / kMorselRows);
      const std::uint64_t* valid = column.segment_validity(begin / kMorselRows);
      for (std::size_t r = begin; r < end; ++r) {
        if (!rows.test(r) || !test_bit(valid, r - begin)) continue;
        const std::uint64_t image = KeyIndex::image(values[r - begin]);
        if (image == last) continue;
        last = image;
        if (by_image_.find(image) != KeyIndex::kNone || seen.find(image) != KeyIndex::kNone) continue;
        seen.put(image, 0);
        fresh[begin / kMorselRows].push_back(static_cast<std::uint32_t>(r));
      }
    });
  });
  for (const auto& list : fresh) {
    for (const std::uint32_t row : list) (void)encode(row);
  }
}

void ValueCoder::encode_run(std::size_t first, std::size_t count, std::uint32_t* out) const {
  const Column& column = this->column();
  const std::size_t segment = first / kMorselRows;
  const std::size_t at = first % kMorselRows;
  const std::uint64_t* valid = column.segment_validity(segment);
  if (storage_ == Storage::text) {
    const auto* values = column.segment_values<std::uint32_t>(segment) + at;
    for (std::size_t i = 0; i < count; ++i) out[i] = values[i] + 1;
  } else {
    with_storage(storage_, [&](auto type) {
      const auto* values = column.segment_values<typename decltype(type)::type>(segment) + at;
      std::optional<std::uint64_t> last;
      std::uint32_t code = kNull;
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t image = KeyIndex::image(values[i]);
        if (image != last) code = by_image_.find(image);
        last = image;
        out[i] = code;
      }
    });
  }
  for (std::size_t i = 0; i < count; i += 64) {
    std::uint64_t nulls = ~valid[(at + i) / 64];
    if (count - i < 64) nulls &= (std::uint64_t{1} << (count - i)) - 1;
    for (; nulls != 0; nulls &= nulls - 1) out[i + static_cast<std::size_t>(std::countr_zero(nulls))] = kNull;
  }
}

Column ValueCoder::cells(const std::vector<std::uint32_t>& codes) const {
  if (storage_ != Storage::text) return values_.gather(codes.data(), codes.size());
  Column out(storage_, column().dictionary());
  for (const std::uint32_t code : codes) {
    if (code == kNull) {
      out.append_null();
    } else {
      out.append<std::uint32_t>(code - 1);
    }
  }
  return out;
}

int ValueCoder::compare(std::uint32_t a, std::uint32_t b) const noexcept {
  if (a == b) return 0;
  if (a == kNull || b == kNull) return a == kNull ? -1 : 1;
  if (storage_ == Storage::text) {
    const Dictionary& dictionary = *column().dictionary();
    return dictionary.text(a - 1).compare(dictionary.text(b - 1));
  }
  return with_storage(storage_, [&](auto type) {
    using T = typename decltype(type)::type;
    return compare_values(values_.value<T>(a), values_.value<T>(b));
  });
}

void ValueCoder::append_text(std::string& out, std::uint32_t code) const {
  if (code == kNull) {
    out += "null";
  } else if (storage_ == Storage::text) {
    out += column().dictionary()->text(code - 1);
  } else {
    append_path_text(out, values_, code);
  }
}

void append_path_text(std::string& out, const Column& column, std::size_t row) {
  switch (column.type()) {
    case ColumnType::string:
      out += column.text(row);
      return;
    case ColumnType::date:
      append_date(out, column.value<std::int32_t>(row));
      return;
    case ColumnType::datetime:
      append_datetime(out, column.value<std::int64_t>(row));
      return;
    case ColumnType::boolean:
      out += column.value<std::uint8_t>(row) ? "true" : "false";
      return;
    case ColumnType::integer:
    case ColumnType::floating:
      break;
  }
  with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    const T value = column.value<T>(row);
    if constexpr (std::is_floating_point_v<T>) {
      append_short_double(out, value + T{0});  // 0 for -0.0, which is the same value
    } else if constexpr (std::is_unsigned_v<T>) {
      append_unsigned(out, value);
    } else {
      append_integer(out, value);
    }
  });
}

}  // namespace parallax
