// What one run of the self-check does, as data: it can be cut down and printed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "table_maker.h"
#include "view/config.h"
#include "view/join_schema.h"

namespace parallax::testing {

/// Rows of some columns; absent cells are not mentioned by the write.
struct ScriptRows {
  std::vector<std::size_t> columns;  ///< of the schema, each once
  std::vector<std::vector<std::optional<Value>>> rows;
  std::vector<Value> ids;  ///< one a row, or none: row ids of a table without index
};

struct ScriptTable {
  Schema schema;
  TableOptions options;
  ScriptRows rows;  ///< all columns
};

struct ScriptView {
  ViewConfig config;
  bool tracked = false;       ///< somebody asks for deltas
  std::size_t made_at = 0;    ///< the step before which it is made
  std::size_t gone_at = ~0u;  ///< the step before which it is deleted
};

struct ScriptWrite {
  enum class Kind { update, remove, replace, clear };
  Kind kind = Kind::update;
  std::size_t table = 0;
  ScriptRows rows;          ///< update, replace
  std::vector<Value> keys;  ///< remove
};

struct TreeCall {
  enum class Kind { expand, collapse, set_depth };
  Kind kind = Kind::expand;
  std::size_t view = 0;
  std::uint32_t argument = 0;  ///< row modulo the rows there are, or depth
};

struct ScriptStep {
  std::vector<TreeCall> calls;
  ScriptWrite write;
  std::uint32_t unread = 0;  ///< bit v: view v is not read after this step
};

/// One table, or two and their join, with views of what there is last.
struct Script {
  std::vector<ScriptTable> tables;
  std::optional<JoinConfig> join;
  std::vector<ScriptView> views;
  std::vector<ScriptStep> steps;
  std::size_t threads = 1;
};

/// The script of a seed. The same seed gives the same script, everywhere.
Script make_script(std::uint64_t seed);

/// All that is needed to write the script down as a test.
std::string describe(const Script& script);

/// The rows as a batch for a table of the schema.
RowBatch to_batch(const Schema& schema, const ScriptRows& rows);

}  // namespace parallax::testing
