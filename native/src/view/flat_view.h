// A view whose rows are table rows and whose columns are table columns.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "view/flat_core.h"
#include "view/view.h"

namespace parallax {

/// An ungrouped view without split. All state is the core's. Threading as View.
class FlatView final : public View {
 public:
  FlatView(std::shared_ptr<const ViewPlan> plan, std::shared_ptr<FlatCore> core);

  Dimensions dimensions() override;
  std::vector<std::string> column_paths(const Viewport& window) override;
  ViewSlice slice(const Viewport& window, const SliceOptions& options) override;
  std::pair<Scalar, Scalar> min_max(std::string_view column) override;
  void track_changes(bool on) override;
  ViewSlice delta(const ChangeBatch& change) override;

 private:
  void add_columns(ViewSlice& out, const Viewport& window, const std::vector<std::uint32_t>& rows,
                   bool shared) const;

  std::shared_ptr<FlatCore> core_;
};

}  // namespace parallax
