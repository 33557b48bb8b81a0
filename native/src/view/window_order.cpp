#include "view/window_order.h"

#include <algorithm>

namespace parallax {
namespace {

/// Nulls come first either way.
int compare_keys(const Column& column, std::uint32_t a, std::uint32_t b, bool descending) noexcept {
  const int order = column.compare(a, b);
  return descending && column.valid(a) && column.valid(b) ? -order : order;
}

}  // namespace

bool WindowOrder::before(std::uint32_t a, std::uint32_t b) const noexcept {
  if (key_) {
    const int order = compare_keys(table_.column(*key_), a, b, descending_);
    if (order != 0) return order < 0;
  }
  return table_.natural_less(a, b);
}

/// `image` maps a value (never NaN) to one that sorts as it.
template <class T, class Image>
void WindowOrder::sort_values(const Column& keys, std::vector<std::uint32_t>& rows, Image&& image) const {
  using Key = decltype(image(T{}));
  struct Entry {
    Key key;
    std::uint32_t row;
  };
  const auto is_nan = [&](std::uint32_t row) {
    if constexpr (std::is_floating_point_v<T>) return keys.value<T>(row) != keys.value<T>(row);
    return false;
  };
  const auto nulls_end =
      std::stable_partition(rows.begin(), rows.end(), [&](auto row) { return !keys.valid(row); });
  const auto nans =
      std::stable_partition(nulls_end, rows.end(), [&](auto row) { return is_nan(row) != descending_; });
  const auto begin = descending_ ? nulls_end : nans;
  const auto end = descending_ ? nans : rows.end();
  std::vector<Entry> entries(static_cast<std::size_t>(end - begin));
  std::transform(begin, end, entries.begin(), [&](auto row) {
    return Entry{image(keys.value<T>(row)), row};
  });
  if (descending_)
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.key > b.key; });
  else
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.key < b.key; });
  std::transform(entries.begin(), entries.end(), begin, [](const Entry& entry) { return entry.row; });
}

void WindowOrder::sort(std::vector<std::uint32_t>& rows) const {
  if (!key_ || rows.size() < 2) return;
  const Column& keys = table_.column(*key_);
  // Rows often arrive in the order of their time.
  if (std::is_sorted(rows.begin(), rows.end(),
                     [&](auto a, auto b) { return compare_keys(keys, a, b, descending_) < 0; })) {
    return;
  }
  if (keys.storage() == Storage::text) {
    const auto ranks = keys.dictionary()->ranks();
    return sort_values<std::uint32_t>(keys, rows, [&](std::uint32_t code) { return (*ranks)[code]; });
  }
  with_storage(keys.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    sort_values<T>(keys, rows, [](T value) { return value; });
  });
}

}  // namespace parallax
