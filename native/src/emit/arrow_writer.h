// Columns as an Arrow IPC stream.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/text_buffer.h"
#include "base/thread_pool.h"
#include "emit/arrow_body.h"
#include "storage/column.h"

namespace parallax {

struct ArrowColumn {
  std::string name;
  const Column* cells;
};

/// Schema, one dictionary batch for each text column, one record batch of `rows` rows, end mark. Throws Error
/// (resource_limit) if a text column has more than 2^31-1 bytes of distinct text.
TextBuffer write_arrow_stream(const std::vector<ArrowColumn>& columns, std::size_t rows, ArrowCodec codec,
                              ThreadPool& pool);

}  // namespace parallax
