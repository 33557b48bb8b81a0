// View slices as JSON, NDJSON, CSV and Arrow. Everything here runs without locks, on what the slice owns.
// What is returned has headroom for the header of a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/text_buffer.h"
#include "base/thread_pool.h"
#include "view/slice.h"

namespace parallax {

inline constexpr std::size_t kHeadroom = 256;

struct JsonOptions {
  bool formatted = false;  ///< dates and datetimes as text instead of milliseconds
  bool id = false;         ///< write `__ID__` (the slice was taken with SliceOptions::id, or has a row path)
  bool index = false;      ///< write `__INDEX__`
};

/// {"path":[cells],…}; key order of spec section 9.
TextBuffer to_columns_json(const ViewSlice& slice, const JsonOptions& options, ThreadPool& pool);
/// [{"path":cell,…},…]
TextBuffer to_rows_json(const ViewSlice& slice, const JsonOptions& options, ThreadPool& pool);
/// The same objects, one a line, no newline at the end.
TextBuffer to_ndjson(const ViewSlice& slice, const JsonOptions& options, ThreadPool& pool);
/// Spec section 11.
TextBuffer to_csv(const ViewSlice& slice, ThreadPool& pool);

struct ArrowOptions {
  /// none, "lz4" or "zstd"; anything else throws Error.
  std::optional<std::string> compression;
  /// true: `name (Group by N)`, false: `__ROW_PATH_N__`.
  bool legacy_row_path_names = true;
};

/// An IPC stream: schema, one record batch (spec section 12).
TextBuffer to_arrow(const ViewSlice& slice, const ArrowOptions& options, ThreadPool& pool);

/// An IPC stream of one column, without compression: the keys of an on_remove.
TextBuffer keys_to_arrow(std::string_view name, const Column& keys, ThreadPool& pool);

}  // namespace parallax
