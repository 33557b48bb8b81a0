#include "ingest/json_table.h"

#include <algorithm>
#include <utility>

#include "parallax/error.h"

namespace parallax {
namespace {

/// More children than this are looked up by hash.
constexpr std::size_t kScannedChildren = 12;

/// All paths of a document, spelled out: a long key above many short ones repeats in each.
constexpr std::size_t kMostPathBytes = std::size_t{1} << 28;

/// Ids are counted on from the largest one, so that must leave room.
constexpr std::int64_t kLargestRowId = std::int64_t{1} << 62;

bool leads_to(std::string_view path, std::string_view name) noexcept {
  return name.size() > path.size() && name[path.size()] == '.' && name.starts_with(path);
}

}  // namespace

JsonTable::JsonTable(const JsonPlan& plan) : start_(plan), head_(plan.head), pending_(plan.pending) {
  for (const auto& known : plan.columns) {
    add_slot(known.name, known.storage ? JsonColumn(*known.storage, plan.inferring) : JsonColumn(),
             known.target);
    if (!plan.inferring) sorted_names_.push_back(slots_.back()->name);
  }
  std::sort(sorted_names_.begin(), sorted_names_.end());
  if (plan.row_ids) {
    row_id_slot_ = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back(std::make_unique<Slot>(
        Slot{std::string(kRowIdName), 0, JsonColumn(Storage::int64, false), nullptr, false}));
  }
  root_ = &add_node(nullptr, {});
}

std::uint32_t JsonTable::add_slot(const std::string& name, JsonColumn cells, std::size_t target) {
  const auto at = static_cast<std::uint32_t>(slots_.size());
  slots_.push_back(std::make_unique<Slot>(Slot{name, target, std::move(cells), nullptr, false}));
  by_name_.emplace(name, at);
  return at;
}

PathNode& JsonTable::add_node(PathNode* parent, std::string_view key) {
  PathNode& node = *nodes_.emplace_back(std::make_unique<PathNode>());
  node.key = key;
  node.plain_key = key.find_first_of("\"\\") == std::string_view::npos;
  if (!parent) return node;
  const bool top_level = parent == root_;
  node.path = top_level ? node.key : parent->path + '.' + node.key;
  path_bytes_ += node.path.size();
  if (path_bytes_ > kMostPathBytes) {
    throw Error(ErrorKind::resource_limit, "The names of all columns and keys take more than 256 MB");
  }
  node.position = static_cast<std::uint32_t>(parent->children.size());
  parent->children.push_back(&node);
  if (parent->children.size() > kScannedChildren) {
    if (parent->by_key.empty()) {
      for (PathNode* other : parent->children) parent->by_key.emplace(other->key, other);
    } else {
      parent->by_key.emplace(node.key, &node);
    }
  }
  resolve(node, top_level);
  return node;
}

PathNode& JsonTable::child(PathNode& parent, std::string_view key) {
  PathNode* found = expected_child(parent);
  if (!found || found->key != key) {
    found = nullptr;
    if (!parent.by_key.empty()) {
      if (const auto it = parent.by_key.find(key); it != parent.by_key.end()) found = it->second;
    } else {
      for (PathNode* other : parent.children) {
        if (other->key == key) found = other;
      }
    }
    if (!found) found = &add_node(&parent, key);
  }
  parent.next_child = found->position + 1;
  return *found;
}

void JsonTable::resolve(PathNode& node, bool top_level) {
  if (const auto it = by_name_.find(node.path); it != by_name_.end()) {
    node.column = it->second;
    return;
  }
  if (start_.inferring) return;
  if (top_level && node.path == kRowIdName) {
    node.is_row_id = true;
    node.column = start_.row_ids ? row_id_slot_ : static_cast<std::uint32_t>(*start_.row_id_key);
    return;
  }
  const std::string prefix = node.path + '.';
  const auto next = std::lower_bound(sorted_names_.begin(), sorted_names_.end(), prefix);
  node.relevant = next != sorted_names_.end() && leads_to(node.path, *next);
}

bool JsonTable::make_column(PathNode& node, const JsonScalar& value) {
  if (const auto it = by_name_.find(node.path); it != by_name_.end()) {
    node.column = it->second;
    return true;
  }
  if (!start_.inferring || !node.relevant) return false;
  if (value.kind == JsonScalar::Kind::null) {
    if (head_ && !node.null_seen && !node.object_seen) pending_.insert(node.path);
    node.null_seen = true;
    return false;
  }
  if (head_) pending_.erase(node.path);
  node.column = add_slot(node.path, JsonColumn(), 0);
  return true;
}

void JsonTable::put(PathNode& node, std::size_t row, const JsonScalar& value) {
  if (node.column == PathNode::kNone && !make_column(node, value)) {
    if (value.kind == JsonScalar::Kind::null && !start_.inferring && node.relevant)
      put_null_object(node, row);
    return;
  }
  Slot& slot = *slots_[node.column];
  if (!slot.named) {
    name(slot);
    check_rows(row + 1);
  }
  if (slot.cells.size() < row) {
    slot.cells.pad(row);
  } else if (slot.cells.size() > row) {
    if (slot.writer != &node && !node.is_row_id && !slot.writer->is_row_id) {
      throw RecordError(row, "column \"" + node.path +
                                 "\" is there twice, as a plain key and as the flattened path of an object");
    }
    slot.cells.truncate(row);
  }
  slot.writer = &node;
  if (const Refusal refusal = slot.cells.put(value)) {
    throw RecordError(row, "column \"" + slot.name + "\": " + describe(value) + ' ' + refusal);
  }
}

void JsonTable::name(Slot& slot) noexcept {
  slot.named = true;
  ++named_slots_;
}

void JsonTable::refuse_rows(std::size_t rows) const {
  if (rows > kMostRows) throw Error("A table holds at most 2^32-2 rows");
  throw Error(ErrorKind::resource_limit, std::to_string(rows) + " rows of " + std::to_string(named_slots_) +
                                             " columns are too many for input of this size, of which nearly "
                                             "all cells would be null or repeated");
}

void JsonTable::put_null_object(PathNode& node, std::size_t row) {
  const std::string prefix = node.path + '.';
  auto name = std::lower_bound(sorted_names_.begin(), sorted_names_.end(), prefix);
  for (; name != sorted_names_.end() && leads_to(node.path, *name); ++name) {
    put(child(node, name->substr(prefix.size())), row, JsonScalar{});
  }
}

void JsonTable::note_object(PathNode& node) noexcept {
  if (node.object_seen) return;
  node.object_seen = true;
  if (head_) pending_.erase(node.path);
}

void JsonTable::end_record(bool ends_head) {
  if (!head_) return;
  if (ends_head) settle_pending();
  if (pending_.empty()) head_ = false;
}

void JsonTable::settle_pending() {
  for (const auto& path : pending_) {
    if (by_name_.find(path) == by_name_.end()) add_slot(path, JsonColumn(Storage::text, true), 0);
  }
  pending_.clear();
}

void JsonTable::restart(PathNode& node) {
  if (node.column != PathNode::kNone) {
    Slot& slot = *slots_[node.column];
    if (start_.inferring) {
      slot.cells = JsonColumn();
    } else {
      slot.cells.truncate(0);
    }
    slot.writer = nullptr;
  }
  for (PathNode* below : node.children) restart(*below);
}

void JsonTable::declare(PathNode& node) {
  if (node.column != PathNode::kNone || !start_.inferring) return;
  const auto it = by_name_.find(node.path);
  node.column = it != by_name_.end() ? it->second : add_slot(node.path, JsonColumn(), 0);
}

JsonColumn* JsonTable::column_to_fill(PathNode& node) {
  declare(node);
  if (node.column == PathNode::kNone) return nullptr;
  Slot& slot = *slots_[node.column];
  if (!slot.named) name(slot);
  return &slot.cells;
}

void JsonTable::ensure_column(PathNode& node) {
  if (!start_.inferring || !node.relevant || node.column != PathNode::kNone || node.object_seen) return;
  node.column = add_slot(node.path, JsonColumn(Storage::text, true), 0);
}

void JsonTable::finish(std::size_t rows) {
  check_rows(rows);
  rows_ = rows;
  for (auto& slot : slots_) {
    if (start_.inferring || slot->named) slot->cells.pad(rows);
  }
}

bool JsonTable::changed() const {
  if (!start_.inferring) return false;
  if (head_ != start_.head || pending_ != start_.pending) return true;
  const std::size_t known = start_.columns.size();
  if (slots_.size() != known) return true;
  for (std::size_t i = 0; i < known; ++i) {
    const JsonColumn& cells = slots_[i]->cells;
    if (cells.decided() != start_.columns[i].storage.has_value()) return true;
    if (cells.decided() && cells.storage() != *start_.columns[i].storage) return true;
  }
  return false;
}

JsonPlan JsonTable::plan() const {
  JsonPlan next = start_;
  next.columns.clear();
  next.head = head_;
  next.pending = pending_;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (is_row_id(i)) continue;
    const Slot& slot = *slots_[i];
    next.columns.push_back(
        {slot.name, slot.cells.decided() ? std::optional(slot.cells.storage()) : std::nullopt, slot.target});
  }
  return next;
}

void JsonTable::append(JsonTable& next, ThreadPool& pool) {
  std::vector<std::pair<Slot*, Slot*>> pairs;  // to, from
  for (std::size_t i = 0; i < next.slots_.size(); ++i) {
    Slot& from = *next.slots_[i];
    std::uint32_t to = row_id_slot_;
    if (!next.is_row_id(i)) {
      const auto it = by_name_.find(from.name);
      to = it != by_name_.end() ? it->second : add_slot(from.name, JsonColumn(), from.target);
    }
    if (from.named && !slots_[to]->named) name(*slots_[to]);
    if (start_.inferring || slots_[to]->named) pairs.emplace_back(slots_[to].get(), &from);
  }
  check_rows(rows_ + next.rows_);
  const auto append_slot = [&](std::size_t i) {
    auto& [to, from] = pairs[i];
    to->cells.pad(rows_);
    from->cells.pad(next.rows_);
    to->cells.append(std::move(from->cells));
  };
  if (next.rows_ < kMorselRows / 16) {
    for (std::size_t i = 0; i < pairs.size(); ++i) append_slot(i);
  } else {
    pool.parallel_for(pairs.size(), append_slot);
  }
  rows_ += next.rows_;
  head_ = next.head_;
  pending_ = next.pending_;
}

std::optional<Column> JsonTable::take_row_ids() {
  if (row_id_slot_ == PathNode::kNone || !slots_[row_id_slot_]->named) return std::nullopt;
  JsonColumn& cells = slots_[row_id_slot_]->cells;
  cells.pad(rows_);
  Column ids = cells.take_cells();
  for (std::size_t row = 0; row < ids.size(); ++row) {
    const auto id = ids.value<std::int64_t>(row);
    if (id < 0 || id > kLargestRowId) {
      throw RecordError(row, "\"__INDEX__\" is " + std::to_string(id) + ", which is no row id (0, 1, 2, …)");
    }
  }
  return ids;
}

ParsedTable JsonTable::take_table() {
  settle_pending();
  finish(rows_);
  ParsedTable out;
  out.batch.rows = rows_;
  for (const auto& slot : slots_) {
    Column cells = slot->cells.take_cells();
    out.schema.add({slot->name, cells.storage()});
    out.batch.entries.push_back({out.batch.entries.size(), std::move(cells), std::nullopt});
  }
  return out;
}

RowBatch JsonTable::take_batch() {
  RowBatch out;
  out.rows = rows_;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = *slots_[i];
    if (is_row_id(i) || !slot.named) continue;
    slot.cells.pad(rows_);
    out.entries.push_back({slot.target, slot.cells.take_cells(), slot.cells.take_present()});
  }
  out.ids = take_row_ids();
  return out;
}

}  // namespace parallax
