#include "ingest/json_ingest.h"

#include "ingest/json_load.h"
#include "parallax/error.h"

namespace parallax {
namespace {

std::unique_ptr<JsonTable> load(InputFormat format, std::string_view input, const JsonPlan& plan,
                                const RecordRules& rules, ThreadPool& pool, std::size_t part_bytes) {
  switch (format) {
    case InputFormat::json_rows:
      return load_json_rows(input, plan, rules, pool, part_bytes);
    case InputFormat::ndjson:
      return load_ndjson(input, plan, rules, pool, part_bytes);
    default:
      return load_json_columns(input, plan, rules, pool, part_bytes);
  }
}

JsonPlan plan_for(const UpdateTarget& target, std::string_view input) {
  JsonPlan plan;
  plan.most_cells = cell_allowance(input.size());
  plan.inferring = false;
  for (const Field& field : target.schema.fields()) {
    plan.columns.push_back({field.name, field.storage, plan.columns.size()});
  }
  if (target.index_column) {
    plan.row_id_key = target.index_column;
  } else {
    plan.row_ids = true;
  }
  return plan;
}

}  // namespace

ParsedTable parse_json_table(InputFormat format, std::string_view input,
                             std::optional<std::string_view> index, ListFlatten list_flatten,
                             ThreadPool& pool, std::size_t part_bytes) {
  JsonPlan plan;
  plan.most_cells = cell_allowance(input.size());
  plan.head = format != InputFormat::json_columns;
  RecordRules rules{list_flatten, std::nullopt};
  if (index) rules.key = std::string(*index);
  const auto table = load(format, input, plan, rules, pool, part_bytes);
  return table->take_table();
}

RowBatch parse_json_update(InputFormat format, std::string_view input, const UpdateTarget& target,
                           ThreadPool& pool, std::size_t part_bytes) {
  RecordRules rules{target.list_flatten, std::nullopt};
  if (target.index_column) rules.key = target.schema[*target.index_column].name;
  const auto table = load(format, input, plan_for(target, input), rules, pool, part_bytes);
  try {
    return table->take_batch();
  } catch (const RecordError& error) {
    // Row ids are checked last; by then records and rows are the same thing to the user.
    throw Error("Row " + std::to_string(error.record() + 1) + ": " + error.what());
  }
}

Column parse_json_keys(std::string_view input, const Field& index) {
  JsonBuffer buffer;
  JsonColumn keys(index.storage, false);
  try {
    buffer.assign("", input, "");
    auto document = buffer.document();
    if (document.type().value() != simdjson::ondemand::json_type::array) {
      throw Error("Keys to remove must be a JSON array of values of column \"" + index.name + "\"");
    }
    for (auto element : document.get_array()) {
      JsonScalar key;
      buffer.read_scalar(element.value(), key);
      if (const Refusal refusal = keys.put(key)) {
        throw Error("Key " + std::to_string(keys.size() + 1) + ", for column \"" + index.name +
                    "\": " + describe(key) + ' ' + refusal);
      }
    }
    JsonBuffer::expect_end(document);
  } catch (const simdjson::simdjson_error& error) {
    throw Error("Keys to remove: " +
                json_fault(simdjson::error_message(error.error()), input, std::string::npos));
  }
  return keys.take_cells();
}

}  // namespace parallax
