// A view whose rows are groups.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "view/grouped_core.h"
#include "view/tree_expansion.h"
#include "view/view.h"

namespace parallax {

/// Rows are groups (see ViewPlan::grouped): the tree as far as this view has it open, its leaves, or the
/// total. Only what is open belongs to the view, the rest to the core. Threading as View.
class GroupedView final : public View {
 public:
  GroupedView(std::shared_ptr<const ViewPlan> plan, std::shared_ptr<GroupedCore> core);
  ~GroupedView() override;

  Dimensions dimensions() override;
  std::vector<std::string> column_paths(const Viewport& window) override;
  ViewSlice slice(const Viewport& window, const SliceOptions& options) override;
  std::pair<Scalar, Scalar> min_max(std::string_view column) override;
  std::uint32_t expand(std::uint32_t row) override;
  std::uint32_t collapse(std::uint32_t row) override;
  void set_depth(std::uint32_t depth) override;
  void track_changes(bool on) override;
  ViewSlice delta(const ChangeBatch& change) override;

 private:
  ViewSlice take(const std::vector<std::uint32_t>& groups, Extent columns);
  [[nodiscard]] Extent columns_of(const Viewport& window);
  void add_names(std::vector<std::string>& out, Extent columns);
  void add_row_path(ViewSlice& out, const std::vector<std::uint32_t>& groups) const;
  void add_index(ViewSlice& out, const std::vector<std::uint32_t>& groups);
  [[nodiscard]] std::vector<std::uint32_t> deepest_rows();

  std::shared_ptr<GroupedCore> core_;
  TreeExpansion expansion_;
  bool tracking_ = false;
};

}  // namespace parallax
