#include "ingest/ingest.h"

#include "ingest/arrow_ingest.h"
#include "ingest/csv_ingest.h"
#include "ingest/json_ingest.h"
#include "parallax/error.h"

namespace parallax {

ParsedTable parse_table(InputFormat format, const Input& input, std::optional<std::string_view> index,
                        ListFlatten list_flatten, ThreadPool& pool) {
  switch (format) {
    case InputFormat::csv:
      return parse_csv_table(input.bytes(), index, pool);
    case InputFormat::arrow:
      return parse_arrow_table(input, index, list_flatten, pool);
    default:
      return parse_json_table(format, input.bytes(), index, list_flatten, pool);
  }
}

RowBatch parse_update(InputFormat format, const Input& input, const UpdateTarget& target, ThreadPool& pool) {
  switch (format) {
    case InputFormat::csv:
      return parse_csv_update(input.bytes(), target, pool);
    case InputFormat::arrow:
      return parse_arrow_update(input, target, pool);
    default:
      return parse_json_update(format, input.bytes(), target, pool);
  }
}

Column parse_keys(InputFormat format, const Input& input, const Field& index, ThreadPool& pool) {
  switch (format) {
    case InputFormat::json_rows:
      return parse_json_keys(input.bytes(), index);
    case InputFormat::arrow:
      return parse_arrow_keys(input, index, pool);
    default:
      throw Error("Keys to remove must be a JSON array of values of column \"" + index.name + "\", or Arrow");
  }
}

}  // namespace parallax
