// The views of one table, and the computations they share.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "view/computed_set.h"
#include "view/core.h"
#include "view/view.h"

namespace parallax {

/// Makes views and brings changes to them. Needs the table's exclusive lock for everything.
class ViewSet {
 public:
  ViewSet(std::shared_ptr<const Table> table, ThreadPool& pool)
      : computed_(std::move(table), pool), pool_(pool) {}

  /// Computes nothing yet. Throws Error if the configuration is wrong.
  std::shared_ptr<View> make(ViewConfig config);

  /// Brings one write to every computation that is alive, each once. Call it after Table's write, before the
  /// deltas are read and before Table::recycle(). If some cannot take it in, they compute anew for their next
  /// reader; all others are up to date when the first failure is passed on.
  void apply(const ChangeBatch& change);
  /// What all of them did in the last apply(), for tests of costs.
  [[nodiscard]] CoreWork last_work() const noexcept;

 private:
  /// The live core of this key, or one made by `make` (cores with water marks are never shared: empty key).
  std::shared_ptr<ViewCore> core(const std::string& key,
                                 const std::function<std::shared_ptr<ViewCore>()>& make);

  ComputedSet computed_;
  ThreadPool& pool_;
  std::map<std::string, std::weak_ptr<ViewCore>> shared_;
  std::vector<std::weak_ptr<ViewCore>> cores_;  // in order of creation
};

}  // namespace parallax
