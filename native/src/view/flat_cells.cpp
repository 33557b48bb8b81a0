#include "view/flat_cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include "base/civil.h"
#include "parallax/error.h"

namespace parallax {
namespace {

template <class T>
bool is_nan(T value) noexcept {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(value);
  return false;
}

/// Rows with the least and the greatest value among `rows`, or none.
using ExtremeRows = std::optional<std::pair<std::uint32_t, std::uint32_t>>;

/// `less` compares the cells of two rows.
template <class Usable, class Less>
ExtremeRows extremes(const std::vector<std::uint32_t>& rows, ThreadPool& pool, Usable&& usable, Less&& less) {
  std::vector<ExtremeRows> parts((rows.size() + kMorselRows - 1) / kMorselRows);
  const auto widen = [&](ExtremeRows& found, std::uint32_t low, std::uint32_t high) {
    if (!found) {
      found.emplace(low, high);
      return;
    }
    if (less(low, found->first)) found->first = low;
    if (less(found->second, high)) found->second = high;
  };
  pool.for_morsels(rows.size(), [&](std::size_t begin, std::size_t end) {
    ExtremeRows found;
    for (std::size_t i = begin; i < end; ++i) {
      if (usable(rows[i])) widen(found, rows[i], rows[i]);
    }
    parts[begin / kMorselRows] = found;
  });
  ExtremeRows all;
  for (const auto& part : parts) {
    if (part) widen(all, part->first, part->second);
  }
  return all;
}

/// One row for each text that occurs: texts are compared once, not once a row.
std::vector<std::uint32_t> rows_of_distinct_texts(const Column& column,
                                                  const std::vector<std::uint32_t>& rows) {
  Bitmap seen(column.dictionary()->size());
  std::vector<std::uint32_t> out;
  for (const std::uint32_t row : rows) {
    if (!column.valid(row)) continue;
    const auto code = column.value<std::uint32_t>(row);
    if (seen.test(code)) continue;
    seen.set(code);
    out.push_back(row);
  }
  return out;
}

ExtremeRows extreme_rows(const Column& column, std::vector<std::uint32_t> rows, ThreadPool& pool) {
  if (column.storage() == Storage::text) {
    rows = rows_of_distinct_texts(column, rows);
    return extremes(
        rows, pool, [](std::uint32_t) { return true; },
        [&](std::uint32_t a, std::uint32_t b) { return column.text(a) < column.text(b); });
  }
  return with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    return extremes(
        rows, pool,
        [&](std::uint32_t row) { return column.valid(row) && !is_nan(column.template value<T>(row)); },
        [&](std::uint32_t a, std::uint32_t b) {
          return column.template value<T>(a) < column.template value<T>(b);
        });
  });
}

/// A valid cell; dates and datetimes as ms.
Scalar scalar_of(const Column& column, std::uint32_t row) {
  if (column.storage() == Storage::text) return std::string(column.text(row));
  return with_storage(column.storage(), [&](auto type) -> Scalar {
    const auto value = column.template value<typename decltype(type)::type>(row);
    if (column.storage() == Storage::boolean) return value != 0;
    const auto number = static_cast<double>(value);
    return column.storage() == Storage::date ? number * static_cast<double>(kMsPerDay) : number;
  });
}

}  // namespace

void start_slice(ViewSlice& out, const ViewSource& source, const std::vector<std::uint32_t>& rows,
                 const SliceOptions& options) {
  out.rows = rows.size();
  if (options.id) out.ids = source.table().keys(rows.data(), rows.size());
  if (options.index) {
    out.index = source.table().keys(rows.data(), rows.size());
    out.index_offsets.resize(rows.size() + 1);
    std::iota(out.index_offsets.begin(), out.index_offsets.end(), std::size_t{0});
  }
}

std::vector<std::uint32_t> written_rows(FlatCore& core, const ChangeBatch& batch) {
  const ChangeBatch& change = core.source().change(batch);
  std::vector<std::uint32_t> rows = change.inserted;
  rows.insert(rows.end(), change.updated.begin(), change.updated.end());
  core.keep_shown(rows);
  return rows;
}

std::pair<Scalar, Scalar> flat_min_max(FlatCore& core, std::string_view column) {
  const auto position = core.source().schema().find(column);
  if (!position) {
    throw Error("Could not find column index for `" + std::string(column) +
                "` as it does not exist in the schema.");
  }
  const Column& cells = core.source().column(*position);
  return min_max_of(cells, core.unordered(), core.pool());
}

std::pair<Scalar, Scalar> min_max_of(const Column& cells, std::vector<std::uint32_t> rows, ThreadPool& pool) {
  const auto found = extreme_rows(cells, std::move(rows), pool);
  if (!found) return {};
  return {scalar_of(cells, found->first), scalar_of(cells, found->second)};
}

}  // namespace parallax
