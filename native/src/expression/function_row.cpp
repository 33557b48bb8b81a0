// Functions of the row itself and of other rows (spec section "Row functions").
#include <string>

#include "expression/compiler.h"
#include "expression/kernels.h"
#include "expression/row_context.h"

namespace parallax {
namespace {

/// Puts cell `from` of a column into a lane.
void put_cell(const Column& column, std::uint32_t from, Lanes& out, std::size_t lane) {
  out.set_valid(lane, column.valid(from));
  if (!column.valid(from)) return;
  if (column.storage() == Storage::text) {
    out.data<std::string_view>()[lane] = column.text(from);
    return;
  }
  with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    out.data<T>()[lane] = column.value<T>(from);
  });
}

void row_ids(const KernelCall& call) {
  auto* out = call.out.data<std::int32_t>();
  call.out.fill_validity(!call.rows.trial());
  for (std::size_t i = 0; i < call.count && !call.rows.trial(); ++i) {
    out[i] = static_cast<std::int32_t>(call.rows.table().row_id(call.rows.row(i)));
  }
}

void index_cells(const KernelCall& call) {
  const auto column = *static_cast<const std::size_t*>(call.data);
  call.rows.load(column, call.out, call.count);
}

void look_up(const KernelCall& call) {
  const auto column = *static_cast<const std::size_t*>(call.data);
  call.out.fill_validity(false);
  if (call.rows.trial()) return;
  const Table& table = call.rows.table();
  const Lanes& keys = *call.args[0];
  for (std::size_t i = 0; i < call.count; ++i) {
    if (!keys.valid(i)) continue;
    std::uint32_t row = KeyIndex::kNone;
    if (keys.storage() == Storage::text) {
      row = table.find_key(keys.data<std::string_view>()[i]);
    } else {
      Column key(keys.storage());
      with_storage(keys.storage(), [&](auto type) {
        using T = typename decltype(type)::type;
        key.append<T>(keys.data<T>()[i]);
      });
      row = table.find_key(key, 0);
    }
    if (row != KeyIndex::kNone) put_cell(table.column(column), row, call.out, i);
  }
}

}  // namespace

Bound bind_index(const RowModel& model) {
  if (!model.index_column) return {Storage::int32, row_ids, {}};
  return {model.schema[*model.index_column].storage,
          index_cells,
          {},
          std::make_shared<const std::size_t>(*model.index_column)};
}

Bound bind_lookup(const RowModel& model, std::size_t column, const CallSite& site) {
  Storage wanted = model.index_column ? model.schema[*model.index_column].storage : Storage::int64;
  if (is_integer(wanted)) wanted = Storage::int64;  // keys are compared by value, whatever their width
  const bool numbers = is_integer(wanted) && site.number(1) && is_integer(site[1].storage);
  if (!numbers && !site.is(1, wanted)) {
    site.fail_type(1, "a key: " + std::string(type_name(column_type(wanted))));
  }
  return {model.schema[column].storage,
          look_up,
          {std::nullopt, wanted},
          std::make_shared<const std::size_t>(column),
          true};
}

}  // namespace parallax
