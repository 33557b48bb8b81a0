// Arrow arrays into columns.
#pragma once

#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "ingest/arrow_arrays.h"
#include "storage/column.h"

namespace parallax {

/// The cells of `arrays`, all of `field`, one array after another, as a column of `storage`, which must fit
/// the field (fits_storage). Throws Error naming `name` and the row if a value does not fit: nothing wraps.
/// NaN becomes null in an integer column; fractions are cut towards zero, and so are instants finer than
/// milliseconds; a date64 is the day it falls on.
Column arrow_cells(const ArrowField& field, const std::vector<const ArrowArray*>& arrays, Storage storage,
                   const std::string& name, ThreadPool& pool);

}  // namespace parallax
