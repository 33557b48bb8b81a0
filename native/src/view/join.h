// The join of two tables, kept up to date.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "storage/table.h"
#include "view/join_keys.h"
#include "view/join_schema.h"
#include "view/row_lists.h"

namespace parallax {

/// Makes a derived table of the pairs of rows whose keys are equal, in the natural order of the left table,
/// then of the right; a null key equals nothing. Left and outer joins show left rows without a match with
/// nulls, in their place; outer joins show the right ones at the end. Both sides may be one table.
///
/// Threading: needs both sources and the result alone or, for all but the constructor, apply() and
/// give_up(), unchanging. Readers of the result read the sources' keys, too: the sources must not change
/// meanwhile.
class Join {
 public:
  /// Computes the result. Throws Error for columns that do not fit (see JoinSchema) and if the result is too
  /// large.
  Join(std::shared_ptr<const Table> left, std::shared_ptr<const Table> right, const JoinConfig& config);

  [[nodiscard]] const std::shared_ptr<Table>& table() const noexcept { return table_; }

  /// Follows one write to the sources, before any of them is recycled: null = this side did not change. The
  /// cost is that of the result rows that come, go or change, unless a side was cleared. After an exception
  /// call give_up().
  ChangeBatch apply(const ChangeBatch* left, const ChangeBatch* right);
  /// Empties the result; the next apply() computes it anew.
  ChangeBatch give_up();

 private:
  using Pair = std::array<std::uint32_t, 2>;  // rows of both sides, kNoRow for none
  static constexpr std::uint32_t kNoRow = KeyIndex::kNone;
  static constexpr std::uint32_t kNullKey = 0xfffffffe;
  static constexpr std::uint32_t kAbsent = 0xffffffff;

  struct Side {
    std::shared_ptr<const Table> table;
    std::size_t key;                  ///< column
    bool shows_unmatched;             ///< rows
    std::vector<std::uint32_t> keys;  ///< by row: number of its key, kNullKey or kAbsent
    RowLists by_key;                  ///< rows by number of the key
    RowLists pairs;                   ///< result rows by row
  };
  struct Step;

  [[nodiscard]] static Pair pair_of(std::uint64_t origin) noexcept {
    return {static_cast<std::uint32_t>(origin >> 32), static_cast<std::uint32_t>(origin)};
  }
  [[nodiscard]] static std::uint64_t origin_of(const Pair& pair) noexcept {
    return std::uint64_t{pair[0]} << 32 | pair[1];
  }
  [[nodiscard]] Pair pair(std::uint32_t result_row) const noexcept {
    return pair_of(table_->origin(result_row));
  }
  [[nodiscard]] static bool before(const Table& left, const Table& right, const Pair& a, const Pair& b);

  ChangeBatch rebuild();
  [[nodiscard]] std::uint32_t key_number(const Side& side, std::uint32_t row);
  void enter(Side& side, std::uint32_t row, std::uint32_t key);
  void take_out_changed(std::size_t side, const ChangeBatch& change, Step& step);
  void take_out(std::size_t side, std::uint32_t row, Step& step);
  void drop_pair(std::uint32_t result_row, Step& step);
  void put_in(std::size_t side, Step& step);
  void add_match(const Pair& match, Step& step);
  void add_unmatched(std::size_t side, Step& step);
  void find_updates(const std::array<const ChangeBatch*, 2>& changes, Step& step);
  ChangeBatch commit(Step& step);
  [[nodiscard]] RowBatch cells(const std::vector<Pair>& pairs, const std::vector<std::size_t>& columns) const;
  [[nodiscard]] Column key_cells(const std::vector<Pair>& pairs) const;

  JoinSchema schema_;
  std::array<Side, 2> sides_;
  JoinKeys keys_;
  std::shared_ptr<Table> table_;
  bool stale_ = true;  ///< a change was lost half way
};

}  // namespace parallax
