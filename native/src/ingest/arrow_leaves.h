// Structs and lists of Arrow input as plain columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ingest/arrow_arrays.h"
#include "ingest/ingest.h"

namespace parallax {

/// A field that becomes a column.
struct ArrowLeaf {
  std::string name;               ///< `parent.child` for what structs hold; repeated top-level names have `*`
  std::vector<std::size_t> path;  ///< top-level field, then numbers of children
  const ArrowField* field = nullptr;
  std::size_t lists = 0;  ///< lists to expand on the way
};

/// The leaves of a schema in the order of their columns. Under `stringify` a list is a leaf itself. Throws
/// Error if a flattened name collides with another.
std::vector<ArrowLeaf> arrow_leaves(const std::vector<ArrowField>& fields, ListFlatten list_flatten);

/// Sets ArrowField::used on the way to the leaves and below them, clears it elsewhere.
void use_only(std::vector<ArrowField>& fields, const std::vector<ArrowLeaf>& leaves);

/// Number of list fields that the leaves come from, each counted once.
std::size_t count_lists(const std::vector<ArrowField>& fields, const std::vector<ArrowLeaf>& leaves);

/// Rows of an array that output rows show; kNoRow shows null.
using ArrowRows = std::vector<std::uint32_t>;
inline constexpr std::uint32_t kNoRow = 0xffffffff;

struct ExpandedArray {
  const ArrowArray* array;
  std::shared_ptr<const ArrowRows> rows;  ///< null: the array's own
};

/// Expands the lists of one batch level by level: all lists of a row advance together (`zip`) or in every
/// combination, the last fastest (`cartesian`); a row without elements stays one row. Unused arrays (without
/// a field) are left out. `rows` is the batch's number of rows and becomes the result's. The result lists the
/// used leaves in order. Throws Error if zipped lists differ in length or the rows get too many.
std::vector<ExpandedArray> expand_lists(const std::vector<ArrowArray>& fields, ListFlatten list_flatten,
                                        std::size_t& rows);

}  // namespace parallax
