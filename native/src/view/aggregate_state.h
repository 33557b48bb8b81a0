// What one aggregate remembers of every cell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/thread_pool.h"
#include "storage/change_batch.h"
#include "view/group_cells.h"
#include "view/group_rows.h"
#include "view/group_tree.h"
#include "view/source.h"

namespace parallax {

/// Rows that change cells: entered, left, moved, or got other values.
struct CellChanges {
  struct Row {
    std::uint32_t row;
    std::uint32_t updated;  ///< position in ChangeBatch::updated, 0xffffffff if inserted or removed
    bool was;               ///< counted before
    bool is;                ///< counts now
    bool moved;             ///< to other cells, in or out
  };
  const ChangeBatch* batch;
  std::size_t planes;  ///< cells a row counts in
  std::vector<Row> rows;
  /// planes entries for each row; meaningful only if it was, or is, counted.
  std::vector<std::uint32_t> old_cells;
  std::vector<std::uint32_t> new_cells;
};

/// Where states find the rows and relatives of a cell. All outlive the states.
struct CellContext {
  const ViewSource& source;
  const GroupTree& rows;
  const GroupTree& splits;
  const GroupCells& cells;
  GroupRows& lists;

  /// The tree whose leaves put a cell's rows in order, see GroupTree::row_before: clients know the totals of
  /// split views as read by split group.
  [[nodiscard]] const GroupTree& reading_order() const noexcept {
    return splits.levels() > 0 ? splits : rows;
  }
};

/// One per distinct computation: several aggregates may read the same one (sum and mean share a sum).
/// A cell that cannot be adjusted by a change is *dirty* until refresh(); reading it then gives what it held
/// before. Not thread-safe, but reading is.
class CellState {
 public:
  virtual ~CellState() = default;

  /// Starts anew: base[r] is the base cell of row r or kNoGroup.
  virtual void build(std::span<const std::uint32_t> base, const CellFold& fold, ThreadPool& pool) = 0;
  /// Makes room for cells up to this number, new ones empty.
  virtual void resize(std::size_t cells) = 0;
  /// Empties a cell.
  virtual void reset(std::uint32_t cell) = 0;
  /// Runs after the trees and cells have taken the change in, and before emptied ones are freed.
  virtual void apply(const CellChanges& changes) = 0;
  [[nodiscard]] virtual bool dirty(std::uint32_t cell) const noexcept = 0;
  [[nodiscard]] virtual bool any_dirty() const noexcept = 0;
  /// Makes these cells readable; kNoGroup entries are ignored.
  virtual void refresh(std::span<const std::uint32_t> cells, ThreadPool& pool) = 0;

  // Reading a cell that has rows. Each state offers the ones that make sense for it.
  /// Sums and counts.
  [[nodiscard]] virtual double number(std::uint32_t /*cell*/) const noexcept { return 0; }
  /// Sums and counts of integers, modulo 2^64.
  [[nodiscard]] virtual std::int64_t integer(std::uint32_t /*cell*/) const noexcept { return 0; }
  /// A value in raw form (see to_raw); none for null.
  [[nodiscard]] virtual std::optional<std::uint64_t> value(std::uint32_t /*cell*/) const noexcept {
    return std::nullopt;
  }
  [[nodiscard]] virtual std::string_view text(std::uint32_t /*cell*/) const noexcept { return {}; }
};

}  // namespace parallax
