// An expression as a column.
#pragma once

#include <memory>

#include "expression/text_values.h"
#include "view/computed_column.h"

namespace parallax {

class ExpressionColumn final : public ComputedColumn {
 public:
  ExpressionColumn(std::shared_ptr<const Table> table, std::shared_ptr<const Program> program,
                   ThreadPool& pool);

 private:
  void compute(Column& out) override;
  void recompute(const ChangeBatch& change, Column& out) override;

  std::shared_ptr<const Program> program_;
  TextValues texts_;
  ThreadPool& pool_;
};

}  // namespace parallax
