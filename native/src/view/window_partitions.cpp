#include "view/window_partitions.h"

namespace parallax {
namespace {

std::uint32_t number_of(std::unordered_map<std::uint64_t, std::uint32_t>& pairs, std::uint32_t so_far,
                        std::uint32_t code) {
  const std::uint64_t pair = std::uint64_t{so_far} << 32 | code;
  return pairs.emplace(pair, static_cast<std::uint32_t>(pairs.size())).first->second;
}

}  // namespace

WindowPartitions::WindowPartitions(std::shared_ptr<const Table> table,
                                   const std::vector<std::size_t>& columns)
    : source_(std::move(table)), pairs_(columns.empty() ? 0 : columns.size() - 1) {
  coders_.reserve(columns.size());
  for (const std::size_t column : columns) coders_.emplace_back(source_, column);
}

std::size_t WindowPartitions::size() const noexcept {
  if (coders_.empty()) return 1;
  return pairs_.empty() ? coders_[0].codes() : pairs_.back().size();
}

std::uint32_t WindowPartitions::encode(std::uint32_t row) {
  if (coders_.empty()) return 0;
  std::uint32_t number = coders_[0].encode(row);
  for (std::size_t i = 1; i < coders_.size(); ++i)
    number = number_of(pairs_[i - 1], number, coders_[i].encode(row));
  return number;
}

void WindowPartitions::encode_all(std::vector<std::uint32_t>& numbers, ThreadPool& pool) {
  const Bitmap& rows = source_.table().live_rows();
  numbers.assign(rows.size(), 0);
  if (coders_.empty()) return;
  for (ValueCoder& coder : coders_) coder.learn(rows, pool);
  const auto encode = [&](const ValueCoder& coder, std::vector<std::uint32_t>& out) {
    pool.for_morsels(out.size(), [&](std::size_t begin, std::size_t end) {
      coder.encode_run(begin, end - begin, out.data() + begin);
    });
  };
  encode(coders_[0], numbers);
  std::vector<std::uint32_t> codes(pairs_.empty() ? 0 : numbers.size());
  for (std::size_t i = 1; i < coders_.size(); ++i) {
    encode(coders_[i], codes);
    std::uint64_t last = ~std::uint64_t{0};
    std::uint32_t number = 0;
    rows.for_each([&](std::size_t row) {
      const std::uint64_t pair = std::uint64_t{numbers[row]} << 32 | codes[row];
      if (pair != last) number = number_of(pairs_[i - 1], numbers[row], codes[row]);
      last = pair;
      numbers[row] = number;
    });
  }
}

}  // namespace parallax
