// The part of a view that views with the same plan share.
#pragma once

#include <cstddef>
#include <mutex>

#include "storage/change_batch.h"
#include "view/source.h"

namespace parallax {

/// What one change made computations do.
struct CoreWork {
  std::size_t rows = 0;   ///< table rows looked at or placed anew
  std::size_t cells = 0;  ///< cells of groups adjusted
};

/// A computation over one table. Lazy until its first read, then incremental.
class ViewCore {
 public:
  virtual ~ViewCore() = default;

  /// The table has changed; runs once per write under the table's exclusive lock. Must not throw for content.
  virtual void apply(const ChangeBatch& change) = 0;

  /// What was computed is no longer to be relied on: the next reader computes anew. As apply().
  virtual void forget() = 0;

  /// The columns it computes over.
  [[nodiscard]] virtual const ViewSource& source() const noexcept = 0;

  /// Of the last apply(), for tests of costs.
  [[nodiscard]] virtual CoreWork last_work() const noexcept = 0;

  /// Held by whoever reads or computes; taken inside the table's lock, never the other way round.
  std::mutex mutex;
};

}  // namespace parallax
