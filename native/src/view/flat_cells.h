// What ungrouped and split-only views share: cells, keys and extremes of table rows.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "view/flat_core.h"
#include "view/slice.h"

namespace parallax {

/// Fills rows, ids and index of a slice of these rows.
void start_slice(ViewSlice& out, const ViewSource& source, const std::vector<std::uint32_t>& rows,
                 const SliceOptions& options);

/// The rows that a write named, or gave other computed values, and that the core shows, in view order. The
/// caller holds the core's mutex.
std::vector<std::uint32_t> written_rows(FlatCore& core, const ChangeBatch& batch);

/// Least and greatest value of a table column over the core's rows. The caller holds the core's mutex.
/// Throws Error if there is no such column.
std::pair<Scalar, Scalar> flat_min_max(FlatCore& core, std::string_view column);

/// Least and greatest of these cells of a column; null and NaN are skipped, dates and datetimes are ms.
std::pair<Scalar, Scalar> min_max_of(const Column& cells, std::vector<std::uint32_t> rows, ThreadPool& pool);

}  // namespace parallax
