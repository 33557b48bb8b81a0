#include "view/expression_column.h"

#include "base/bitmap.h"
#include "expression/evaluator.h"

namespace parallax {

ExpressionColumn::ExpressionColumn(std::shared_ptr<const Table> table, std::shared_ptr<const Program> program,
                                   ThreadPool& pool)
    : ComputedColumn(std::move(table), Column(program->result())),
      program_(std::move(program)),
      texts_(program_),
      pool_(pool) {}

void ExpressionColumn::compute(Column& out) { compute_column(*program_, table(), out, texts_, pool_); }

void ExpressionColumn::recompute(const ChangeBatch& change, Column& out) {
  std::vector<std::uint32_t> written = change.inserted;
  written.insert(written.end(), change.updated.begin(), change.updated.end());
  compute_rows(*program_, table(), written.data(), written.size(), out, texts_, pool_);
  if (!program_->is_volatile) return;
  // Time has passed, or a row that others look up has changed: all rows are computed again.
  Bitmap others = table().live_rows();
  for (const std::uint32_t row : written) others.reset(row);
  Column fresh(out.storage(), out.dictionary());
  compute_column(*program_, table(), fresh, texts_, pool_);
  others.for_each([&](std::size_t row) { set_other(static_cast<std::uint32_t>(row), fresh, row); });
}

}  // namespace parallax
