// The first rows of an order, without the order of the rest.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "view/row_image.h"
#include "view/row_sort.h"

namespace parallax {
namespace {

/// The first sort key of rows as a number that never falls from a row to a later one. Rows whose numbers tie
/// may still differ.
template <class T>
class FirstKey {
 public:
  FirstKey(const Column& column, const SortPlan& plan)
      : column_(column),
        ranks_(column.dictionary() ? column.dictionary()->ranks() : nullptr),
        absolute_(plan.absolute),
        flip_(plan.descending ? ~std::uint64_t{0} : 0) {}

  std::uint64_t operator()(std::uint32_t row) const noexcept { return of(row) ^ flip_; }

 private:
  [[nodiscard]] std::uint64_t of(std::uint32_t row) const noexcept {
    if (!column_.valid(row)) return kNullImage;
    const T value = column_.value<T>(row);
    if (is_nan(value)) return kNanImage;
    if (ranks_) return (*ranks_)[static_cast<std::size_t>(value)] + kFirstImage;
    // The least 64-bit integers share an image.
    return std::max(image_of(value, absolute_), kFirstImage);
  }

  const Column& column_;
  std::shared_ptr<const std::vector<std::uint32_t>> ranks_;
  bool absolute_;
  std::uint64_t flip_;
};

struct Candidate {
  std::uint64_t key;
  std::uint32_t row;
};

/// Keeps the first `count` of the rows that are offered.
template <class Less>
class FirstRows {
 public:
  FirstRows(std::size_t count, const Less& less) : count_(count), less_(less) { rows_.reserve(2 * count); }

  void offer(std::uint64_t key, std::uint32_t row) {
    if (full_ && !less_({key, row}, last_)) return;
    rows_.push_back({key, row});
    if (rows_.size() == 2 * count_) cut();
  }
  [[nodiscard]] const std::vector<Candidate>& rows() {
    cut();
    return rows_;
  }

 private:
  void cut() {
    if (rows_.size() <= count_) return;
    const auto last = rows_.begin() + static_cast<std::ptrdiff_t>(count_) - 1;
    std::nth_element(rows_.begin(), last, rows_.end(), less_);
    rows_.resize(count_);
    last_ = rows_.back();
    full_ = true;
  }

  std::size_t count_;
  const Less& less_;
  std::vector<Candidate> rows_;
  Candidate last_{};  // of the rows that are kept, once there are enough
  bool full_ = false;
};

}  // namespace

/// each(part, f) calls f for the rows of one of `parts` parts.
template <class Each>
std::vector<std::uint32_t> RowOrder::first_of(std::size_t parts, std::size_t count, ThreadPool& pool,
                                              Each&& each) const {
  const Column& column = source_.column(keys_.front().column);
  for (const SortPlan& key : keys_) (void)source_.column(key.column);  // made here, not by a thread below
  const auto before = [this](const Candidate& a, const Candidate& b) {
    return a.key != b.key ? a.key < b.key : less(a.row, b.row);
  };
  using Rows = FirstRows<decltype(before)>;
  return with_storage(column.storage(), [&](auto type) {
    const FirstKey<typename decltype(type)::type> key(column, keys_.front());
    std::vector<std::unique_ptr<Rows>> firsts(parts);
    pool.parallel_for(parts, [&](std::size_t part) {
      firsts[part] = std::make_unique<Rows>(count, before);
      each(part, [&](std::uint32_t row) { firsts[part]->offer(key(row), row); });
    });
    std::vector<Candidate> all;
    for (const auto& some : firsts) all.insert(all.end(), some->rows().begin(), some->rows().end());
    std::sort(all.begin(), all.end(), before);
    std::vector<std::uint32_t> out(std::min(count, all.size()));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = all[i].row;
    return out;
  });
}

std::vector<std::uint32_t> RowOrder::first(const Bitmap& rows, std::size_t count, ThreadPool& pool) const {
  const std::size_t words = bitmap_words(rows.size());
  const std::size_t parts = std::min<std::size_t>(pool.width(), words);
  return first_of(parts, count, pool, [&](std::size_t part, auto&& f) {
    for (std::size_t w = words * part / parts; w < words * (part + 1) / parts; ++w) {
      for (std::uint64_t word = rows.words()[w]; word != 0; word &= word - 1) {
        f(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(word))));
      }
    }
  });
}

std::vector<std::uint32_t> RowOrder::first(const std::vector<std::uint32_t>& rows, std::size_t count,
                                           ThreadPool& pool) const {
  const std::size_t parts = std::min<std::size_t>(pool.width(), rows.size());
  return first_of(parts, count, pool, [&](std::size_t part, auto&& f) {
    for (std::size_t i = rows.size() * part / parts; i < rows.size() * (part + 1) / parts; ++i) f(rows[i]);
  });
}

}  // namespace parallax
