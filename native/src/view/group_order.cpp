#include "view/group_order.h"

#include <algorithm>

#include "view/row_image.h"

namespace parallax {
namespace {

/// A cell as something that compares fast: first by place (null, NaN and values apart), then by image, which
/// keeps the order of values. Texts have their first eight bytes as image and need a look when these tie.
struct Key {
  std::uint64_t image;
  std::uint8_t place;
};

std::uint64_t text_image(std::string_view text) noexcept {
  std::uint64_t image = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    image = image << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
  }
  return image;
}

/// Sort keys put NaN below null, groups by value null below NaN.
enum class NullPlace : std::uint8_t { before_nan = 0, after_nan = 2 };

Key key_of(const Column& column, std::size_t row, NullPlace null, bool absolute) {
  if (!column.valid(row)) return {0, static_cast<std::uint8_t>(null)};
  if (column.storage() == Storage::text) return {text_image(column.text(row)), 3};
  return with_storage(column.storage(), [&](auto type) -> Key {
    using T = typename decltype(type)::type;
    const T value = column.value<T>(row);
    if (is_nan(value)) return {0, 1};
    return {image_of(value, absolute), 3};
  });
}

int compare(const Key& a, const Key& b) noexcept {
  if (a.place != b.place) return a.place < b.place ? -1 : 1;
  return a.image < b.image ? -1 : static_cast<int>(b.image < a.image);
}

/// Compares cells of which the keys tie.
int compare_tied(const Column& column, std::size_t a, std::size_t b, const Key& key) noexcept {
  if (column.storage() != Storage::text || key.place != 3) return 0;
  return column.text(a).compare(column.text(b));
}

/// A repair inserts touched children one by one while they are fewer than one in this many.
constexpr std::size_t kRepairShare = 64;

}  // namespace

const std::vector<std::uint32_t>& GroupOrder::children(std::uint32_t node) {
  const auto [at, fresh] = known_.try_emplace(node);
  Children& children = at->second;
  if (fresh) {
    list(node, children.order);
  } else if (!children.touched.empty()) {
    repair(node, children);
  }
  return children.order;
}

void GroupOrder::touch(std::uint32_t parent, std::uint32_t child) {
  const auto at = known_.find(parent);
  if (at != known_.end()) at->second.touched.push_back(child);
}

void GroupOrder::list(std::uint32_t node, std::vector<std::uint32_t>& out) const {
  out.clear();
  for (auto c = tree_.first_child(node); c != kNoGroup; c = tree_.next_sibling(c)) {
    if (tree_.rows(c) != 0) out.push_back(c);
  }
  sort_by_value(out);
  if (sorted()) sort_by_keys(out);
}

void GroupOrder::repair(std::uint32_t node, Children& children) {
  auto& touched = children.touched;
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  if (touched.size() * kRepairShare > children.order.size()) {
    list(node, children.order);
    touched.clear();
    return;
  }
  auto& order = children.order;
  std::erase_if(
      order, [&](std::uint32_t child) { return std::binary_search(touched.begin(), touched.end(), child); });
  for (const std::uint32_t child : touched) {
    if (!tree_.alive(child) || tree_.parent(child) != node || tree_.rows(child) == 0) continue;
    const auto place = std::upper_bound(order.begin(), order.end(), child,
                                        [&](std::uint32_t a, std::uint32_t b) { return less(a, b); });
    order.insert(place, child);
  }
  touched.clear();
}

bool GroupOrder::less(std::uint32_t a, std::uint32_t b) const {
  const std::uint32_t both[] = {a, b};
  for (const SortPlan& sort : sorts_) {
    const Column cells = cells_(sort.aggregate, both);
    const Key first = key_of(cells, 0, NullPlace::after_nan, sort.absolute);
    int order = compare(first, key_of(cells, 1, NullPlace::after_nan, sort.absolute));
    if (order == 0) order = compare_tied(cells, 0, 1, first);
    if (order != 0) return sort.descending ? order > 0 : order < 0;
  }
  return tree_.compare(a, b) < 0;
}

void GroupOrder::sort_by_value(std::vector<std::uint32_t>& nodes) const {
  if (nodes.size() < 2) return;
  struct Entry {
    Key key;
    std::uint32_t at;
  };
  std::vector<std::uint32_t> codes;
  codes.reserve(nodes.size());
  for (const std::uint32_t node : nodes) codes.push_back(tree_.code(node));
  const Column values = tree_.coder(tree_.depth(nodes[0]) - 1).cells(codes);
  std::vector<Entry> entries;
  entries.reserve(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    entries.push_back({key_of(values, i, NullPlace::before_nan, false), static_cast<std::uint32_t>(i)});
  }
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    const int order = compare(a.key, b.key);
    return order != 0 ? order < 0 : compare_tied(values, a.at, b.at, a.key) < 0;
  });
  const std::vector<std::uint32_t> before = nodes;
  for (std::size_t i = 0; i < entries.size(); ++i) nodes[i] = before[entries[i].at];
}

/// The nodes are in order by value, which their positions keep among ties.
void GroupOrder::sort_by_keys(std::vector<std::uint32_t>& nodes) const {
  struct Entry {
    Key key;  // of the first sort
    std::uint32_t at;
  };
  std::vector<Column> columns;
  for (const SortPlan& sort : sorts_) columns.push_back(cells_(sort.aggregate, nodes));
  const auto key = [&](std::size_t s, std::size_t at) {
    return key_of(columns[s], at, NullPlace::after_nan, sorts_[s].absolute);
  };
  std::vector<Entry> entries;
  entries.reserve(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i)
    entries.push_back({key(0, i), static_cast<std::uint32_t>(i)});
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    for (std::size_t s = 0; s < sorts_.size(); ++s) {
      const Key first = s == 0 ? a.key : key(s, a.at);
      int order = compare(first, s == 0 ? b.key : key(s, b.at));
      if (order == 0) order = compare_tied(columns[s], a.at, b.at, first);
      if (order != 0) return sorts_[s].descending ? order > 0 : order < 0;
    }
    return a.at < b.at;
  });
  const std::vector<std::uint32_t> before = nodes;
  for (std::size_t i = 0; i < entries.size(); ++i) nodes[i] = before[entries[i].at];
}

}  // namespace parallax
