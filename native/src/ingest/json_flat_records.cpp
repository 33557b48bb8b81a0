#include "ingest/json_flat_records.h"

#include <simdjson.h>

#include "ingest/json_scan.h"

namespace parallax {
namespace {

/// The child of the root for the key that comes next, or null.
PathNode* read_key(JsonScan& scan, JsonTable& table) {
  PathNode& root = table.root();
  PathNode* const expected = JsonTable::expected_child(root);
  scan.skip_blanks();
  if (expected && expected->plain_key && scan.pass_text(expected->key)) {
    ++root.next_child;
    return expected;
  }
  JsonScalar key;
  if (!scan.scalar(key) || key.kind != JsonScalar::Kind::text) return nullptr;
  return &table.child(root, key.text);
}

bool read_record(JsonScan& scan, JsonTable& table, std::size_t row) {
  if (!scan.pass('{')) return false;
  table.root().next_child = 0;
  if (scan.pass('}')) return true;
  JsonScalar value;
  do {
    PathNode* const column = read_key(scan, table);
    if (!column || !scan.pass(':') || !scan.scalar(value)) return false;
    table.put(*column, row, value);
  } while (scan.pass(','));
  return scan.pass('}');
}

}  // namespace

std::optional<std::size_t> read_flat_records(std::string_view text, JsonTable& table, bool lines) {
  if (!simdjson::validate_utf8(text)) return std::nullopt;
  JsonScan scan(text);
  std::size_t rows = 0;
  try {
    scan.skip_blanks();
    while (!scan.at_end()) {
      if (!read_record(scan, table, rows)) return std::nullopt;
      table.check_rows(++rows);
      table.end_record(lines);
      scan.skip_blanks();
      if (lines || scan.at_end()) continue;
      if (!scan.pass(',')) return std::nullopt;
      scan.skip_blanks();
      if (scan.at_end()) return std::nullopt;
    }
    table.finish(rows);
  } catch (const RecordError&) {
    return std::nullopt;
  }
  return rows;
}

}  // namespace parallax
