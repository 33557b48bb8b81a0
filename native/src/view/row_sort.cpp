#include "view/row_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "view/row_image.h"

namespace parallax {
namespace {

/// One key of every row, as numbers of `bits` bits.
struct KeyImages {
  std::vector<std::uint64_t> values;
  unsigned bits = 0;
};

/// Calls body(begin, end, morsel) for the morsels of the rows.
template <class Body>
void over_morsels(std::size_t rows, ThreadPool& pool, Body&& body) {
  pool.for_morsels(rows, [&](std::size_t begin, std::size_t end) { body(begin, end, begin / kMorselRows); });
}

struct Bounds {
  std::uint64_t least = ~std::uint64_t{0};
  std::uint64_t most = 0;
};

/// Moves images down so that the least value is `first`, and turns descending keys round.
void narrow(KeyImages& images, const std::vector<std::uint8_t>& classes, Bounds bounds, std::uint64_t first,
            bool descending, ThreadPool& pool) {
  const std::uint64_t shift = bounds.least > bounds.most ? 0 : bounds.least - first;
  const std::uint64_t most = bounds.least > bounds.most ? first : bounds.most - shift;
  images.bits = static_cast<unsigned>(std::bit_width(most));
  pool.for_morsels(images.values.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      auto& value = images.values[i];
      if (classes[i] == 2) value -= shift;
      if (descending) value = most - value;
    }
  });
}

/// Adds the images of one key: one vector of numbers, or two if nulls find no room beside 64-bit values.
template <class T>
void add_images(const Column& column, const SortPlan& key, const std::vector<std::uint32_t>& rows,
                ThreadPool& pool, std::vector<KeyImages>& out) {
  const std::shared_ptr<const std::vector<std::uint32_t>> ranks =
      column.dictionary() ? column.dictionary()->ranks() : nullptr;
  KeyImages images;
  images.values.resize(rows.size());
  std::vector<std::uint8_t> classes(rows.size());  // the image of a NaN or null, 2 of a value
  std::vector<Bounds> bounds((rows.size() + kMorselRows - 1) / kMorselRows);
  over_morsels(rows.size(), pool, [&](std::size_t begin, std::size_t end, std::size_t morsel) {
    Bounds mine;
    for (std::size_t i = begin; i < end; ++i) {
      const T value = column.value<T>(rows[i]);
      classes[i] = !column.valid(rows[i]) ? kNullImage : is_nan(value) ? kNanImage : 2;
      if (classes[i] != 2) {
        images.values[i] = classes[i];
        continue;
      }
      const std::uint64_t image =
          ranks ? (*ranks)[static_cast<std::size_t>(value)] : image_of(value, key.absolute);
      images.values[i] = image;
      mine.least = std::min(mine.least, image);
      mine.most = std::max(mine.most, image);
    }
    bounds[morsel] = mine;
  });
  Bounds all;
  for (const auto& part : bounds) {
    all.least = std::min(all.least, part.least);
    all.most = std::max(all.most, part.most);
  }
  if (all.least > all.most || all.most - all.least <= ~std::uint64_t{0} - kFirstImage) {
    narrow(images, classes, all, kFirstImage, key.descending, pool);
    out.push_back(std::move(images));
    return;
  }
  KeyImages first;
  first.bits = 2;
  first.values.assign(classes.begin(), classes.end());
  if (key.descending) {
    for (auto& value : first.values) value = 2 - value;
  }
  narrow(images, classes, all, all.least, key.descending, pool);
  out.push_back(std::move(first));
  out.push_back(std::move(images));
}

/// Packs neighbouring keys into one word where they fit: fewer words, fewer passes.
std::vector<KeyImages> packed(std::vector<KeyImages> keys, ThreadPool& pool) {
  std::vector<KeyImages> out;
  for (auto& key : keys) {
    if (out.empty() || out.back().bits + key.bits > 64 || key.bits == 64) {
      out.push_back(std::move(key));
      continue;
    }
    auto& target = out.back();
    target.bits += key.bits;
    pool.for_morsels(key.values.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        target.values[i] = target.values[i] << key.bits | key.values[i];
      }
    });
  }
  return out;
}

// --- sorting ---

struct Entry {
  std::uint64_t key;
  std::uint32_t at;  ///< position before the sort
};

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
constexpr std::size_t kSmall = 4096;  ///< fewer entries are not worth the counting

void radix_sort(Entry* entries, Entry* spare, std::size_t count, unsigned bits) {
  const auto less = [](const Entry& a, const Entry& b) { return a.key < b.key; };
  if (count < kSmall) {
    std::stable_sort(entries, entries + count, less);
    return;
  }
  Entry* from = entries;
  Entry* to = spare;
  for (unsigned shift = 0; shift < bits; shift += kDigitBits) {
    std::array<std::size_t, kDigits> starts{};
    for (std::size_t i = 0; i < count; ++i) ++starts[(from[i].key >> shift) % kDigits];
    if (std::find(starts.begin(), starts.end(), count) != starts.end()) continue;  // all the same digit
    std::size_t sum = 0;
    for (auto& start : starts) start = std::exchange(sum, sum + start);
    for (std::size_t i = 0; i < count; ++i) to[starts[(from[i].key >> shift) % kDigits]++] = from[i];
    std::swap(from, to);
  }
  if (from != entries) std::copy(from, from + count, entries);
}

/// Stable. Each worker sorts its share, then pairs of shares are merged.
void sort_entries(std::vector<Entry>& entries, unsigned bits, ThreadPool& pool) {
  const std::size_t count = entries.size();
  std::vector<Entry> spare(count);
  const std::size_t shares =
      count < 4 * kMorselRows ? 1 : std::bit_floor(std::size_t{std::min(pool.width(), 64u)});
  const auto start = [&](std::size_t share) { return count * share / shares; };
  pool.parallel_for(shares, [&](std::size_t i) {
    radix_sort(entries.data() + start(i), spare.data() + start(i), start(i + 1) - start(i), bits);
  });
  for (std::size_t width = 1; width < shares; width *= 2) {
    pool.parallel_for(shares / (2 * width), [&](std::size_t pair) {
      const std::size_t begin = start(pair * 2 * width);
      const std::size_t middle = start(pair * 2 * width + width);
      const std::size_t end = start((pair + 1) * 2 * width);
      const auto less = [](const Entry& a, const Entry& b) { return a.key < b.key; };
      std::merge(entries.data() + begin, entries.data() + middle, entries.data() + middle,
                 entries.data() + end, spare.data() + begin, less);
    });
    entries.swap(spare);
  }
}

// --- comparing two rows ---

template <class T>
int compare_values(T a, T b) noexcept {
  return a < b ? -1 : static_cast<int>(b < a);
}

int compare_cells(const Column& column, bool absolute, std::uint32_t a, std::uint32_t b) noexcept {
  return with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    const T x = column.value<T>(a);
    const T y = column.value<T>(b);
    const auto rank = [&](std::uint32_t row, T value) {
      return !column.valid(row) ? kNullImage : is_nan(value) ? kNanImage : std::uint64_t{2};
    };
    const std::uint64_t rank_x = rank(a, x);
    const std::uint64_t rank_y = rank(b, y);
    if (rank_x != 2 || rank_y != 2) return compare_values(rank_x, rank_y);
    if (column.storage() == Storage::text) return x == y ? 0 : column.text(a).compare(column.text(b));
    return compare_values(image_of(x, absolute), image_of(y, absolute));
  });
}

}  // namespace

void RowOrder::sort(std::vector<std::uint32_t>& rows, ThreadPool& pool) const {
  if (keys_.empty() || rows.size() < 2) return;
  std::vector<KeyImages> images;
  for (const auto& key : keys_) {
    const Column& column = source_.column(key.column);
    with_storage(column.storage(), [&](auto type) {
      add_images<typename decltype(type)::type>(column, key, rows, pool, images);
    });
  }
  images = packed(std::move(images), pool);
  std::vector<Entry> entries(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) entries[i].at = static_cast<std::uint32_t>(i);
  // Least significant key first; each pass keeps the order of the ones before among equals.
  for (auto key = images.rbegin(); key != images.rend(); ++key) {
    for (auto& entry : entries) entry.key = key->values[entry.at];
    sort_entries(entries, key->bits, pool);
  }
  std::vector<std::uint32_t> sorted(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) sorted[i] = rows[entries[i].at];
  rows = std::move(sorted);
}

bool RowOrder::less(std::uint32_t a, std::uint32_t b) const noexcept {
  for (const auto& key : keys_) {
    const int order = compare_cells(source_.column(key.column), key.absolute, a, b);
    if (order != 0) return (order < 0) != key.descending;
  }
  return source_.table().natural_less(a, b);
}

}  // namespace parallax
