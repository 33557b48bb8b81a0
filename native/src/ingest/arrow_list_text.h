// Lists kept as their JSON text.
#pragma once

#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "ingest/arrow_arrays.h"
#include "storage/column.h"

namespace parallax {

/// A text column of the JSON of list cells (`[1,2.5,"x",null]`); structs within become objects, dates and
/// instants milliseconds. A null list is null. Throws Error if an element type cannot be a column.
Column arrow_list_text(const ArrowField& field, const std::vector<const ArrowArray*>& arrays,
                       const std::string& name, ThreadPool& pool);

}  // namespace parallax
