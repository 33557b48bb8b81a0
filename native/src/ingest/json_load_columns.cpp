#include <algorithm>
#include <utility>
#include <vector>

#include "ingest/json_flat_columns.h"
#include "ingest/json_load.h"
#include "parallax/error.h"

namespace parallax {
namespace {

using simdjson::ondemand::json_type;

simdjson::ondemand::array cells_of(simdjson::ondemand::value value, const PathNode& column) {
  if (value.type().value() != json_type::array) {
    throw Error("Column \"" + column.path + "\" must be an array of values: {\"column\": [value, …]}");
  }
  return value.get_array();
}

void check_column(const PathNode& column, std::size_t cells) {
  if (cells == 0)
    throw Error("Column \"" + column.path + "\" is an empty array; at least one value is needed");
}

/// Reads {"column": [cell, …], …}: column by column, or, when cells are lists, row by row from a tree.
class ColumnsReader {
 public:
  ColumnsReader(JsonBuffer& buffer, const JsonPlan& plan, const RecordRules& rules)
      : buffer_(buffer), plan_(plan), rules_(rules) {}

  std::unique_ptr<JsonTable> read(std::string_view text) {
    if (!read_directly(text)) read_by_tree(text);
    return std::move(table_);
  }

 private:
  struct ColumnCells {
    PathNode* path;
    std::vector<std::uint32_t> cells;
  };

  simdjson::ondemand::document begin(std::string_view text) {
    table_ = std::make_unique<JsonTable>(plan_);
    buffer_.assign("", text, "");
    return buffer_.document();
  }

  simdjson::ondemand::object columns_of(simdjson::ondemand::document& document) {
    if (document.type().value() != json_type::object) {
      throw Error("Columns must be a JSON object of arrays: {\"column\": [value, …]}");
    }
    return document.get_object();
  }

  template <class Read>
  void run(std::string_view text, simdjson::ondemand::document& document, Read&& read) {
    try {
      read();
      JsonBuffer::expect_end(document);
    } catch (const simdjson::simdjson_error& error) {
      const char* const place = JsonBuffer::place_in(document);
      throw Error("Columns: " + json_fault(simdjson::error_message(error.error()), text,
                                           place ? buffer_.offset_of(place) : std::string::npos));
    } catch (const RecordError& error) {
      throw Error("Row " + std::to_string(error.record() + 1) + ": " + error.what());
    }
  }

  bool read_directly(std::string_view text) {
    auto document = begin(text);
    RecordWriter writer(buffer_, *table_, rules_);
    bool flat = true;
    const auto read = [&] {
      for (auto result : columns_of(document)) {
        simdjson::ondemand::field field = std::move(result).take_value();
        PathNode& column = buffer_.child(*table_, table_->root(), field);
        if (std::exchange(column.stamp, 1) == 1) table_->restart(column);
        std::size_t row = 0;
        for (auto cell : cells_of(field.value(), column)) {
          flat = writer.write(cell.value(), column, row, 2);
          if (!flat) return;
          ++row;
        }
        check_column(column, row);
        table_->ensure_column(column);
        column.member = static_cast<std::uint32_t>(row);
      }
    };
    // Stopping at a list leaves the document unread, which is no fault.
    try {
      run(text, document, [&] {
        read();
        if (!flat) throw Stopped{};
      });
    } catch (const Stopped&) {
      return false;
    }
    std::uint32_t rows = 0;
    for (const PathNode* column : table_->root().children) rows = std::max(rows, column->member);
    table_->finish(rows);
    return true;
  }

  void read_by_tree(std::string_view text) {
    auto document = begin(text);
    RecordTree tree(buffer_, *table_);
    std::vector<ColumnCells> columns;
    run(text, document, [&] {
      for (auto result : columns_of(document)) {
        simdjson::ondemand::field field = std::move(result).take_value();
        PathNode& column = buffer_.child(*table_, table_->root(), field);
        if (std::exchange(column.stamp, 1) == 1) {
          std::erase_if(columns, [&](const ColumnCells& other) { return other.path == &column; });
        }
        ColumnCells& read = columns.emplace_back(ColumnCells{&column, {}});
        for (auto cell : cells_of(field.value(), column)) {
          if (column.relevant) {
            read.cells.push_back(tree.add(cell.value(), column, 2));
          } else {
            read.cells.push_back(RecordTree::kNone);
            buffer_.skip(cell.value(), 2);
          }
        }
        check_column(column, read.cells.size());
        if (!column.relevant) continue;
        for (const std::uint32_t cell : read.cells) tree.declare_columns(cell);
        if (!std::ranges::all_of(read.cells, [&](std::uint32_t cell) { return tree.is_empty_list(cell); })) {
          table_->ensure_column(column);
        }
      }
    });
    run(text, document, [&] { write_rows(tree, columns); });
  }

  void write_rows(const RecordTree& tree, const std::vector<ColumnCells>& columns) {
    RecordExpander expander(tree, *table_, rules_);
    std::size_t rows = 0;
    std::vector<std::uint32_t> record;
    for (std::size_t i = 0;; ++i) {
      record.clear();
      bool any = false;
      for (const ColumnCells& column : columns) {
        if (i >= column.cells.size()) continue;
        any = true;
        if (column.cells[i] != RecordTree::kNone) record.push_back(column.cells[i]);
      }
      if (!any) break;
      try {
        rows = expander.write(record, rows);
      } catch (const RecordError& error) {
        throw RecordError(i, error.what());
      }
      table_->check_rows(rows);
    }
    table_->finish(rows);
  }

  struct Stopped {};

  JsonBuffer& buffer_;
  const JsonPlan& plan_;
  const RecordRules& rules_;
  std::unique_ptr<JsonTable> table_;
};

}  // namespace

std::unique_ptr<JsonTable> load_json_columns(std::string_view text, const JsonPlan& plan,
                                             const RecordRules& rules, ThreadPool& pool,
                                             std::size_t part_bytes) {
  auto table = std::make_unique<JsonTable>(plan);
  if (read_flat_columns(text, *table, pool, part_bytes)) return table;
  JsonBuffer buffer;
  try {
    return ColumnsReader(buffer, plan, rules).read(text);
  } catch (const simdjson::simdjson_error& error) {
    throw Error("Columns: " + json_fault(simdjson::error_message(error.error()), text, std::string::npos));
  }
}

}  // namespace parallax
