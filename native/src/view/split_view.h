// A view whose rows are table rows and whose columns are split groups.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "view/flat_core.h"
#include "view/grouped_core.h"
#include "view/view.h"

namespace parallax {

/// A view with split_by and without group_by: each row has its values in the columns of its own split group,
/// nulls in the others. The rows are a FlatCore's, the split groups those of a GroupedCore of the same plan
/// without its row sorts.
/// Threading as View; the flat core's mutex is taken before the other one's.
class SplitView final : public View {
 public:
  SplitView(std::shared_ptr<const ViewPlan> plan, std::shared_ptr<FlatCore> rows,
            std::shared_ptr<GroupedCore> splits);

  Dimensions dimensions() override;
  std::vector<std::string> column_paths(const Viewport& window) override;
  ViewSlice slice(const Viewport& window, const SliceOptions& options) override;
  std::pair<Scalar, Scalar> min_max(std::string_view column) override;
  void track_changes(bool on) override;
  ViewSlice delta(const ChangeBatch& change) override;

 private:
  const std::vector<SplitColumn>& split_columns();
  void add_names(std::vector<std::string>& out, Extent columns);
  void add_columns(ViewSlice& out, Extent columns, const std::vector<std::uint32_t>& rows);

  std::shared_ptr<FlatCore> rows_;
  std::shared_ptr<GroupedCore> splits_;
};

}  // namespace parallax
