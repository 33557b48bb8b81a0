// The expression and window columns that the views of one table share.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "view/config.h"
#include "view/source.h"

namespace parallax {

/// One column per distinct expression text and per distinct window, alive as long as a view uses it.
/// Needs the table's exclusive lock.
class ComputedSet {
 public:
  ComputedSet(std::shared_ptr<const Table> table, ThreadPool& pool) : table_(std::move(table)), pool_(pool) {}

  /// The columns of a view: the table's, its expressions, its windows. Throws Error for an expression or
  /// window that is wrong; computes nothing.
  [[nodiscard]] ViewSource source(const ViewConfig& config);

  /// Brings all columns up to date with a write.
  /// Brings every column up to date. Gives the first failure; who failed is computed anew when next read.
  [[nodiscard]] std::exception_ptr apply(const ChangeBatch& change);

 private:
  using Maker = std::function<std::shared_ptr<ComputedColumn>()>;

  std::shared_ptr<ComputedColumn> column(const std::string& key, const Maker& make);
  std::shared_ptr<ComputedColumn> expression(std::string_view alias, const std::string& text);

  std::shared_ptr<const Table> table_;
  ThreadPool& pool_;
  std::map<std::string, std::weak_ptr<ComputedColumn>> shared_;
  std::vector<std::weak_ptr<ComputedColumn>>
      columns_;  // in order of creation: inputs before windows over them
};

}  // namespace parallax
