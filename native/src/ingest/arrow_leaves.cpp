#include "ingest/arrow_leaves.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "parallax/error.h"

namespace parallax {
namespace {

/// What one expansion may come to. Cartesian products grow without measure, and a row costs memory in every
/// column.
constexpr std::size_t kMostExpandedRows = std::size_t{1} << 28;

void add_leaves(std::vector<ArrowLeaf>& leaves, const ArrowField& field, ArrowLeaf at,
                ListFlatten list_flatten) {
  at.field = &field;
  if (is_struct(field)) {
    for (std::size_t i = 0; i < field.children.size(); ++i) {
      ArrowLeaf child = at;
      child.name += '.' + field.children[i].name;
      child.path.push_back(i);
      add_leaves(leaves, field.children[i], std::move(child), list_flatten);
    }
  } else if (is_list(field) && list_flatten != ListFlatten::stringify) {
    at.path.push_back(0);
    ++at.lists;
    add_leaves(leaves, field.children[0], std::move(at), list_flatten);
  } else {
    leaves.push_back(std::move(at));
  }
}

void set_used(ArrowField& field, bool used) {
  field.used = used;
  for (auto& child : field.children) set_used(child, used);
}

// --- expansion ---------------------------------------------------------------------------------------------

/// Replaces structs by their used children, in place.
void open_structs(std::vector<ExpandedArray>& columns) {
  for (std::size_t i = 0; i < columns.size();) {
    if (!is_struct(*columns[i].array->field)) {
      ++i;
      continue;
    }
    const ExpandedArray parent = columns[i];
    std::vector<ExpandedArray> children;
    for (const auto& child : parent.array->children) {
      if (child.field != nullptr) children.push_back({&child, parent.rows});
    }
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(i));
    columns.insert(columns.begin() + static_cast<std::ptrdiff_t>(i), children.begin(), children.end());
  }
}

std::uint32_t source_row(const ExpandedArray& column, std::size_t row) noexcept {
  return column.rows ? (*column.rows)[row] : static_cast<std::uint32_t>(row);
}

std::pair<std::size_t, std::size_t> elements_at(const ExpandedArray& list, std::size_t row) noexcept {
  const std::uint32_t at = source_row(list, row);
  return at == kNoRow ? std::pair<std::size_t, std::size_t>{0, 0} : list.array->elements(at);
}

/// Output rows of one row.
std::size_t rows_of(const std::vector<ExpandedArray>& lists, ListFlatten list_flatten, std::size_t row) {
  std::size_t count = 1;
  std::size_t longest = 0;
  const ExpandedArray* longest_list = nullptr;
  for (const auto& list : lists) {
    const auto [begin, end] = elements_at(list, row);
    const std::size_t length = end - begin;
    if (length == 0) continue;
    if (list_flatten == ListFlatten::cartesian) {
      count *= length;
      if (count > kMostExpandedRows) break;
    } else if (longest != 0 && length != longest) {
      throw Error("Arrow: the lists \"" + longest_list->array->field->name + "\" (" +
                  std::to_string(longest) + ") and \"" + list.array->field->name + "\" (" +
                  std::to_string(length) + ") of row " + std::to_string(row) +
                  " differ in length and cannot be zipped; use list_flatten \"cartesian\"");
    } else {
      count = longest = length;
      longest_list = &list;
    }
  }
  return count;
}

/// The rows of the element array that a list shows, given the output rows of each row.
std::shared_ptr<const ArrowRows> element_rows(const std::vector<ExpandedArray>& lists, std::size_t which,
                                              ListFlatten list_flatten,
                                              const std::vector<std::size_t>& counts, std::size_t total) {
  auto rows = std::make_shared<ArrowRows>();
  rows->reserve(total);
  for (std::size_t row = 0; row < counts.size(); ++row) {
    const auto [begin, end] = elements_at(lists[which], row);
    std::size_t repeat = 1;  // output rows before this list advances
    for (std::size_t i = which + 1; list_flatten == ListFlatten::cartesian && i < lists.size(); ++i) {
      const auto [other_begin, other_end] = elements_at(lists[i], row);
      repeat *= std::max<std::size_t>(other_end - other_begin, 1);
    }
    for (std::size_t i = 0; i < counts[row]; ++i) {
      rows->push_back(end == begin ? kNoRow : static_cast<std::uint32_t>(begin + i / repeat % (end - begin)));
    }
  }
  return rows;
}

/// Expands the outermost list of each column; false if there is none.
bool expand_level(std::vector<ExpandedArray>& columns, ListFlatten list_flatten, std::size_t& rows) {
  std::vector<ExpandedArray> lists;
  for (const auto& column : columns) {
    if (is_list(*column.array->field)) lists.push_back(column);
  }
  if (lists.empty()) return false;

  std::vector<std::size_t> counts(rows);
  std::size_t total = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    counts[row] = rows_of(lists, list_flatten, row);
    total += counts[row];
    if (total > kMostExpandedRows) {
      throw Error(ErrorKind::resource_limit, "Arrow: expanding the lists of a batch would make more than " +
                                                 std::to_string(kMostExpandedRows) + " rows");
    }
  }

  // Columns that shared their rows go on sharing them.
  std::unordered_map<const ArrowRows*, std::shared_ptr<const ArrowRows>> repeated;
  std::size_t list = 0;
  for (auto& column : columns) {
    if (is_list(*column.array->field)) {
      column.rows = element_rows(lists, list++, list_flatten, counts, total);
      column.array = &column.array->children[0];
      continue;
    }
    auto& shared = repeated[column.rows.get()];
    if (!shared) {
      auto wider = std::make_shared<ArrowRows>();
      wider->reserve(total);
      for (std::size_t row = 0; row < rows; ++row)
        wider->insert(wider->end(), counts[row], source_row(column, row));
      shared = std::move(wider);
    }
    column.rows = shared;
  }
  rows = total;
  return true;
}

}  // namespace

std::vector<ArrowLeaf> arrow_leaves(const std::vector<ArrowField>& fields, ListFlatten list_flatten) {
  std::vector<ArrowLeaf> leaves;
  std::unordered_set<std::string> top_names;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    ArrowLeaf leaf;
    leaf.name = fields[i].name;
    leaf.path = {i};
    while (!top_names.insert(leaf.name).second) leaf.name += '*';
    add_leaves(leaves, fields[i], std::move(leaf), list_flatten);
  }
  std::unordered_set<std::string> names;
  for (const auto& leaf : leaves) {
    if (!names.insert(leaf.name).second) {
      throw Error("Arrow: two columns would be named \"" + leaf.name + "\" once structs are flattened");
    }
  }
  return leaves;
}

void use_only(std::vector<ArrowField>& fields, const std::vector<ArrowLeaf>& leaves) {
  for (auto& field : fields) set_used(field, false);
  for (const auto& leaf : leaves) {
    ArrowField* field = &fields[leaf.path[0]];
    field->used = true;
    for (std::size_t i = 1; i < leaf.path.size(); ++i) {
      field = &field->children[leaf.path[i]];
      field->used = true;
    }
    set_used(*field, true);
  }
}

std::size_t count_lists(const std::vector<ArrowField>& fields, const std::vector<ArrowLeaf>& leaves) {
  std::set<const ArrowField*> lists;
  for (const auto& leaf : leaves) {
    if (leaf.lists == 0) continue;
    const ArrowField* field = &fields[leaf.path[0]];
    for (std::size_t i = 1; i < leaf.path.size(); ++i) {
      if (is_list(*field)) lists.insert(field);
      field = &field->children[leaf.path[i]];
    }
  }
  return lists.size();
}

std::vector<ExpandedArray> expand_lists(const std::vector<ArrowArray>& fields, ListFlatten list_flatten,
                                        std::size_t& rows) {
  std::vector<ExpandedArray> columns;
  for (const auto& field : fields) {
    if (field.field != nullptr) columns.push_back({&field, nullptr});
  }
  open_structs(columns);
  while (expand_level(columns, list_flatten, rows)) open_structs(columns);
  return columns;
}

}  // namespace parallax
