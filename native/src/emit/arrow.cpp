#include <string>
#include <vector>

#include "emit/arrow_writer.h"
#include "emit/emit.h"
#include "parallax/error.h"

namespace parallax {
namespace {

ArrowCodec codec_named(const std::optional<std::string>& name) {
  if (!name) return ArrowCodec::none;
  if (*name == "lz4") return ArrowCodec::lz4_frame;
  if (*name == "zstd") return ArrowCodec::zstd;
  throw Error("Unknown `compression` \"" + *name + "\", expected \"lz4\" or \"zstd\"");
}

}  // namespace

TextBuffer to_arrow(const ViewSlice& slice, const ArrowOptions& options, ThreadPool& pool) {
  const ArrowCodec codec = codec_named(options.compression);
  std::vector<ArrowColumn> columns;
  columns.reserve(slice.path.size() + slice.columns.size());
  for (std::size_t level = 0; slice.has_row_path && level < slice.path.size(); ++level) {
    std::string name = options.legacy_row_path_names
                           ? slice.path_names[level] + " (Group by " + std::to_string(level + 1) + ")"
                           : "__ROW_PATH_" + std::to_string(level) + "__";
    columns.push_back({std::move(name), &slice.path[level]});
  }
  for (std::size_t i = 0; i < slice.columns.size(); ++i)
    columns.push_back({slice.names[i], &slice.columns[i]});
  return write_arrow_stream(columns, slice.rows, codec, pool);
}

TextBuffer keys_to_arrow(std::string_view name, const Column& keys, ThreadPool& pool) {
  return write_arrow_stream({{std::string(name), &keys}}, keys.size(), ArrowCodec::none, pool);
}

}  // namespace parallax
