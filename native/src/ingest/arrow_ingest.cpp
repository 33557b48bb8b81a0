#include "ingest/arrow_ingest.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "ingest/arrow_cells.h"
#include "ingest/arrow_leaves.h"
#include "ingest/arrow_list_text.h"
#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::string_view kRowIds = "__INDEX__";

/// A leaf and what it is stored as.
struct Wanted {
  ArrowLeaf leaf;
  Storage storage;
};

struct LoadedColumns {
  std::vector<Column> columns;  // as wanted
  std::size_t rows = 0;
};

Column leaf_cells(const Wanted& wanted, const std::vector<const ArrowArray*>& arrays, ThreadPool& pool) {
  const ArrowField& field = *wanted.leaf.field;
  return is_list(field) ? arrow_list_text(field, arrays, wanted.leaf.name, pool)
                        : arrow_cells(field, arrays, wanted.storage, wanted.leaf.name, pool);
}

const ArrowArray* descend(const ArrowArray& top, const std::vector<std::size_t>& path) {
  const ArrowArray* array = &top;
  for (std::size_t i = 1; i < path.size(); ++i) array = &array->children[path[i]];
  return array;
}

/// Without lists to expand: one top-level field at a time over all batches, so that only the fields at work
/// are unpacked at once.
LoadedColumns load_plain(const ArrowInput& input, const std::vector<Wanted>& wanted, ThreadPool& pool) {
  LoadedColumns loaded;
  loaded.rows = input.rows;
  for (const auto& column : wanted) loaded.columns.emplace_back(column.storage);
  std::vector<std::size_t> firsts;  // of the leaves of each top-level field; leaves come in order of fields
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i == 0 || wanted[i].leaf.path[0] != wanted[i - 1].leaf.path[0]) firsts.push_back(i);
  }
  pool.parallel_for(firsts.size(), [&](std::size_t task) {
    const std::size_t field = wanted[firsts[task]].leaf.path[0];
    std::vector<ArrowArray> arrays(input.batches.size());
    pool.parallel_for(arrays.size(), [&](std::size_t i) { arrays[i] = load_arrow_array(input, field, i); });
    const std::size_t end = task + 1 < firsts.size() ? firsts[task + 1] : wanted.size();
    for (std::size_t i = firsts[task]; i < end; ++i) {
      std::vector<const ArrowArray*> leaves;
      leaves.reserve(arrays.size());
      for (const auto& array : arrays) leaves.push_back(descend(array, wanted[i].leaf.path));
      loaded.columns[i] = leaf_cells(wanted[i], leaves, pool);
    }
  });
  return loaded;
}

Column gather_expanded(Column cells, const ArrowRows& rows) {
  if (cells.size() == 0) {
    cells.resize(rows.size());
    return cells;
  }
  ArrowRows sources = rows;
  std::replace(sources.begin(), sources.end(), kNoRow, std::uint32_t{0});
  Column gathered = cells.gather(sources.data(), sources.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row] == kNoRow) gathered.set_null(row);
  }
  return gathered;
}

/// With lists: batch by batch, as rows multiply.
LoadedColumns load_expanded(const ArrowInput& input, const std::vector<Wanted>& wanted,
                            ListFlatten list_flatten, ThreadPool& pool) {
  LoadedColumns loaded;
  for (const auto& column : wanted) loaded.columns.emplace_back(column.storage);
  for (std::size_t batch = 0; batch < input.batches.size(); ++batch) {
    std::vector<ArrowArray> fields(input.fields.size());
    pool.parallel_for(fields.size(), [&](std::size_t i) {
      if (input.fields[i].used) fields[i] = load_arrow_array(input, i, batch);
    });
    std::size_t rows = input.batches[batch].rows;
    const std::vector<ExpandedArray> leaves = expand_lists(fields, list_flatten, rows);
    pool.parallel_for(leaves.size(), [&](std::size_t i) {
      Column cells = leaf_cells(wanted[i], {leaves[i].array}, pool);
      if (leaves[i].rows) cells = gather_expanded(std::move(cells), *leaves[i].rows);
      loaded.columns[i].append_column(cells);
    });
    loaded.rows += rows;
    if (loaded.rows > 0xffffffffu) throw Error("Arrow: the expanded lists have too many rows for a table");
  }
  return loaded;
}

LoadedColumns load_columns(ArrowInput& input, const std::vector<Wanted>& wanted, ListFlatten list_flatten,
                           ThreadPool& pool) {
  std::vector<ArrowLeaf> leaves;
  for (const auto& column : wanted) leaves.push_back(column.leaf);
  use_only(input.fields, leaves);
  return count_lists(input.fields, leaves) > 0 ? load_expanded(input, wanted, list_flatten, pool)
                                               : load_plain(input, wanted, pool);
}

/// Refuses an index whose value list expansion would repeat.
void check_index(const ArrowInput& input, const std::vector<Wanted>& wanted, std::string_view index,
                 ListFlatten list_flatten) {
  std::vector<ArrowLeaf> leaves;
  std::size_t deepest = 0;
  const ArrowLeaf* key = nullptr;
  for (const auto& column : wanted) {
    leaves.push_back(column.leaf);
    deepest = std::max(deepest, column.leaf.lists);
    if (column.leaf.name == index) key = &column.leaf;
  }
  if (deepest == 0 || key == nullptr) return;
  const bool combined = list_flatten == ListFlatten::cartesian && count_lists(input.fields, leaves) > 1;
  if (key->lists < deepest || combined) {
    throw Error(
        "Arrow: a table cannot be indexed on \"" + std::string(index) +
        "\" when lists are expanded beside it: its keys would repeat; index a column of the list itself, or "
        "use list_flatten \"stringify\"");
  }
}

[[noreturn]] void refuse_type(const ArrowLeaf& leaf) {
  throw Error("Arrow: column \"" + leaf.name + "\" has the type " + leaf.field->type_name +
              ", which a table cannot hold");
}

/// Row ids as 64-bit integers, from any number or numeric text.
Column row_ids(const Column& cells) {
  if (cells.storage() != Storage::text) return cells;
  Column ids(Storage::int64);
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (!cells.valid(row)) {
      ids.append_null();
      continue;
    }
    const std::string_view text = cells.text(row);
    std::int64_t id = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), id);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
      throw Error("Arrow: row " + std::to_string(row) + " of __INDEX__ is no row id: \"" + std::string(text) +
                  "\"");
    }
    ids.append<std::int64_t>(id);
  }
  return ids;
}

/// The storage that a leaf of row ids is read into, before row_ids().
Storage id_storage(const ArrowLeaf& leaf) {
  if (leaf.field->kind == ArrowKind::null || fits_storage(*leaf.field, Storage::int64)) return Storage::int64;
  if (!is_list(*leaf.field) && fits_storage(*leaf.field, Storage::text)) return Storage::text;
  refuse_type(leaf);
}

Storage stored_as(const ArrowLeaf& leaf) {
  if (is_list(*leaf.field)) return Storage::text;
  const auto storage = natural_storage(*leaf.field);
  if (!storage) refuse_type(leaf);
  return *storage;
}

bool is_row_ids(const ArrowLeaf& leaf) { return leaf.name == kRowIds; }

void check_fits(const ArrowLeaf& leaf, const Field& column) {
  const bool fits =
      is_list(*leaf.field) ? column.storage == Storage::text : fits_storage(*leaf.field, column.storage);
  if (!fits) {
    throw Error("Arrow: column \"" + column.name + "\" is of type " +
                std::string(type_name(column_type(column.storage))) + "; values of type " +
                leaf.field->type_name + " cannot be written to it");
  }
}

/// New rows cost the table nulls in the columns that the input does not name.
void charge_absent_columns(const LoadedColumns& loaded, const Schema& schema, ArrowBudget& budget) {
  std::size_t width = 0;
  for (const Field& field : schema.fields()) width += storage_width(field.storage);
  for (const Column& column : loaded.columns) width -= std::min(width, storage_width(column.storage()));
  budget.take(std::uint64_t{loaded.rows} * width);
}

}  // namespace

ParsedTable parse_arrow_table(const Input& input, std::optional<std::string_view> index,
                              ListFlatten list_flatten, ThreadPool& pool) {
  ArrowInput arrow = read_arrow(input);
  std::vector<Wanted> wanted;
  for (auto& leaf : arrow_leaves(arrow.fields, list_flatten)) {
    if (is_row_ids(leaf) && index) continue;
    const Storage storage = is_row_ids(leaf) ? id_storage(leaf) : stored_as(leaf);
    wanted.push_back({std::move(leaf), storage});
  }
  if (index) check_index(arrow, wanted, *index, list_flatten);
  LoadedColumns loaded = load_columns(arrow, wanted, list_flatten, pool);

  ParsedTable table;
  table.batch.rows = loaded.rows;
  std::vector<Field> fields;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_row_ids(wanted[i].leaf)) {
      table.batch.ids = row_ids(loaded.columns[i]);
      continue;
    }
    table.batch.entries.push_back({fields.size(), std::move(loaded.columns[i]), std::nullopt});
    fields.push_back({wanted[i].leaf.name, wanted[i].storage});
  }
  table.schema = Schema(std::move(fields));
  return table;
}

RowBatch parse_arrow_update(const Input& input, const UpdateTarget& target, ThreadPool& pool) {
  ArrowInput arrow = read_arrow(input);
  std::vector<ArrowLeaf> leaves = arrow_leaves(arrow.fields, target.list_flatten);
  const bool has_key =
      target.index_column && std::any_of(leaves.begin(), leaves.end(), [&](const auto& leaf) {
        return leaf.name == target.schema[*target.index_column].name;
      });
  std::vector<Wanted> wanted;
  std::vector<std::optional<std::size_t>> columns;  // of each wanted leaf; none: row ids
  for (auto& leaf : leaves) {
    std::optional<std::size_t> column = target.schema.find(leaf.name);
    const bool ids = is_row_ids(leaf) && !column;
    if (ids && target.index_column && !has_key) column = target.index_column;  // stands for the key
    if (!column && !(ids && !target.index_column)) continue;
    if (column) check_fits(leaf, target.schema[*column]);
    const Storage storage = column ? target.schema[*column].storage : id_storage(leaf);
    if (ids && column) leaf.name = target.schema[*column].name;
    wanted.push_back({std::move(leaf), storage});
    columns.push_back(column);
  }
  if (target.index_column) {
    check_index(arrow, wanted, target.schema[*target.index_column].name, target.list_flatten);
  }
  LoadedColumns loaded = load_columns(arrow, wanted, target.list_flatten, pool);
  charge_absent_columns(loaded, target.schema, *arrow.budget);

  RowBatch batch;
  batch.rows = loaded.rows;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (columns[i]) {
      batch.entries.push_back({*columns[i], std::move(loaded.columns[i]), std::nullopt});
    } else {
      batch.ids = row_ids(loaded.columns[i]);
    }
  }
  return batch;
}

Column parse_arrow_keys(const Input& input, const Field& index, ThreadPool& pool) {
  ArrowInput arrow = read_arrow(input);
  std::vector<ArrowLeaf> leaves = arrow_leaves(arrow.fields, ListFlatten::stringify);
  auto key =
      std::find_if(leaves.begin(), leaves.end(), [&](const auto& leaf) { return leaf.name == index.name; });
  if (key == leaves.end() && leaves.size() == 1) key = leaves.begin();
  if (key == leaves.end()) throw Error("Arrow: the keys to remove have no column \"" + index.name + "\"");
  check_fits(*key, index);
  return std::move(
      load_columns(arrow, {{std::move(*key), index.storage}}, ListFlatten::stringify, pool).columns[0]);
}

}  // namespace parallax
