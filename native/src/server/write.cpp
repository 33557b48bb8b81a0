#include "server/write.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

namespace parallax {

namespace {

const RowBatch::Entry* find_entry(const RowBatch& batch, std::size_t column) {
  const auto found = std::find_if(batch.entries.begin(), batch.entries.end(),
                                  [&](const auto& entry) { return entry.column == column; });
  return found == batch.entries.end() ? nullptr : &*found;
}

void append_presence(Bitmap& present, const std::optional<Bitmap>& cells, std::size_t rows) {
  const std::size_t at = present.size();
  present.resize(at + rows, !cells);
  if (cells) cells->for_each([&](std::size_t row) { present.set(at + row); });
}

RowBatch::Entry concatenate_column(std::span<const Write> parts, std::size_t column, Storage storage) {
  Column values(storage);
  Bitmap present;
  bool all_present = true;
  for (const Write& part : parts) {
    const RowBatch& rows = part.rows;
    if (const auto* entry = find_entry(rows, column)) {
      values.append_column(entry->values);
      append_presence(present, entry->present, rows.rows);
      all_present = all_present && !entry->present;
    } else {
      values.resize(values.size() + rows.rows);
      present.resize(present.size() + rows.rows, false);
      all_present = all_present && rows.rows == 0;
    }
  }
  RowBatch::Entry entry{column, std::move(values), std::nullopt};
  if (!all_present) entry.present = std::move(present);
  return entry;
}

std::optional<Column> concatenate_ids(std::span<const Write> parts) {
  if (std::none_of(parts.begin(), parts.end(), [](const Write& part) { return part.rows.ids.has_value(); })) {
    return std::nullopt;
  }
  Column ids(Storage::int64);
  for (const Write& part : parts) {
    if (part.rows.ids) {
      ids.append_column(*part.rows.ids);
    } else {
      ids.resize(ids.size() + part.rows.rows);
    }
  }
  return ids;
}

RowBatch concatenate(std::span<const Write> parts, const Schema& schema) {
  RowBatch batch;
  std::set<std::size_t> columns;
  for (const Write& part : parts) {
    batch.rows += part.rows.rows;
    for (const auto& entry : part.rows.entries) columns.insert(entry.column);
  }
  for (const std::size_t column : columns) {
    batch.entries.push_back(concatenate_column(parts, column, schema[column].storage));
  }
  batch.ids = concatenate_ids(parts);
  return batch;
}

}  // namespace

std::vector<Write> conflate(std::vector<Write> writes, const Schema& schema) {
  std::vector<Write> merged;
  for (std::size_t begin = 0, end; begin < writes.size(); begin = end) {
    const auto joins = [&](const Write& write) {
      return write.kind == Write::Kind::update && write.port == writes[begin].port;
    };
    end = begin + 1;
    while (joins(writes[begin]) && end < writes.size() && joins(writes[end])) ++end;
    Write& first = writes[begin];
    if (end - begin > 1) first.rows = concatenate(std::span(writes).subspan(begin, end - begin), schema);
    merged.push_back(std::move(first));
  }
  return merged;
}

}  // namespace parallax
