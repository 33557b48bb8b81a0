#include "ingest/arrow_arrays.h"

#include <arrow_ipc_generated.h>
#include <simdjson.h>

#include <limits>
#include <string>
#include <utility>

#include "base/bitmap.h"
#include "ingest/arrow_buffers.h"
#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::size_t kViewWidth = 16;
constexpr std::size_t kInlineView = 12;  // longest text that a view holds itself

/// Unpacks arrays in the order in which a batch lists them.
class ArrayLoader {
 public:
  ArrayLoader(const ArrowBatch& batch, ArrowBudget& budget, ArrowPosition at, const ArrowInput* input,
              std::size_t batch_number)
      : batch_(batch), budget_(budget), at_(at), input_(input), batch_number_(batch_number) {}

  ArrowArray load(const ArrowField& field);

 private:
  ArrowNode next_node();
  std::string_view next_buffer(ArrowArray& array);
  const char* next_fixed(ArrowArray& array, std::size_t bits_a_value);
  void load_validity(ArrowArray& array, std::int64_t null_count);
  void load_dictionary_indices(ArrowArray& array, const ArrowField& field);
  template <class Offset>
  void load_offsets(ArrowArray& array, std::size_t& end);
  template <class Offset>
  void load_text(ArrowArray& array);
  void load_views(ArrowArray& array);
  void load_children(ArrowArray& array, const ArrowField& field);
  void skip(const ArrowField& field);

  const ArrowBatch& batch_;
  ArrowBudget& budget_;
  ArrowPosition at_;
  const ArrowInput* input_;  // null while dictionaries are read: their values have none themselves
  std::size_t batch_number_;
};

ArrowNode ArrayLoader::next_node() {
  const std::size_t at = at_.node++;
  if (batch_.lent) return batch_.lent->nodes[at];
  const auto* nodes = batch_.info->nodes();
  if (nodes == nullptr || at >= nodes->size()) throw Error("Arrow: a batch has too few arrays");
  const arrow::ArrayNode node = arrow_struct(*nodes, at);
  return {node.length(), node.null_count()};
}

std::string_view ArrayLoader::next_buffer(ArrowArray& array) {
  const auto& starts = batch_.variadic_starts;
  std::size_t index = at_.buffer++;
  if (at_.variadic > 0 || !starts.empty()) {
    if (at_.variadic >= starts.size()) throw Error("Arrow: a batch does not count the buffers of its views");
    index += starts[at_.variadic];
  }
  ArrowBytes buffer = load_arrow_buffer(batch_, index, budget_);
  if (buffer.owner) array.owners.push_back(std::move(buffer.owner));
  return buffer.bytes;
}

/// A buffer of one value of that many bits for each cell.
const char* ArrayLoader::next_fixed(ArrowArray& array, std::size_t bits_a_value) {
  const std::string_view bytes = next_buffer(array);
  if (bytes.size() < (array.length * bits_a_value + 7) / 8) {
    throw Error("Arrow: the values of field \"" + array.field->name + "\" are cut off");
  }
  return bytes.data();
}

void ArrayLoader::load_validity(ArrowArray& array, std::int64_t null_count) {
  const std::string_view bits = next_buffer(array);
  if (null_count == 0) return;
  if (bits.size() < (array.length + 7) / 8) {
    throw Error("Arrow: the validity bitmap of field \"" + array.field->name + "\" is cut off");
  }
  array.validity = bits.data();
}

void ArrayLoader::load_dictionary_indices(ArrowArray& array, const ArrowField& field) {
  array.values = next_fixed(array, static_cast<std::size_t>(field.index_width) * 8);
  if (input_ == nullptr) throw Error("Arrow: a dictionary of dictionaries is not supported");
  if (const auto* version = input_->dictionary(*field.dictionary, batch_number_)) {
    array.dictionary = version->dictionary;
    array.dictionary_size = version->size;
  }
}

/// Reads offsets and checks that they ascend from 0 or more; `end` is the last.
template <class Offset>
void ArrayLoader::load_offsets(ArrowArray& array, std::size_t& end) {
  const std::string_view bytes = next_buffer(array);
  end = 0;
  if (array.length == 0) return;
  if (bytes.size() / sizeof(Offset) < array.length + 1) {
    throw Error("Arrow: the offsets of field \"" + array.field->name + "\" are cut off");
  }
  array.values = bytes.data();
  Offset before = arrow_value<Offset>(array.values, 0);
  bool ascending = before >= 0;
  for (std::size_t i = 1; i <= array.length; ++i) {
    const Offset offset = arrow_value<Offset>(array.values, i);
    ascending = ascending && offset >= before;
    before = offset;
  }
  if (!ascending) throw Error("Arrow: the offsets of field \"" + array.field->name + "\" do not ascend");
  end = static_cast<std::size_t>(before);
}

void check_text(const ArrowArray& array) {
  for (std::size_t i = 0; i < array.length; ++i) {
    if (!array.valid(i)) continue;
    const std::string_view text = array.text(i);
    if (!simdjson::validate_utf8(text.data(), text.size())) {
      throw Error("Arrow: field \"" + array.field->name + "\", cell " + std::to_string(i) +
                  ": the text is not valid UTF-8");
    }
  }
}

/// True if all the bytes are UTF-8 and no cell begins within a character: then all cells are UTF-8.
template <class Offset>
bool whole_text_is_utf8(const ArrowArray& array) {
  const auto begin = static_cast<std::size_t>(arrow_value<Offset>(array.values, 0));
  const auto end = static_cast<std::size_t>(arrow_value<Offset>(array.values, array.length));
  if (!simdjson::validate_utf8(array.data.data() + begin, end - begin)) return false;
  bool at_characters = true;
  for (std::size_t i = 0; i < array.length; ++i) {
    const auto at = static_cast<std::size_t>(arrow_value<Offset>(array.values, i));
    if (at < end) at_characters &= (static_cast<unsigned char>(array.data[at]) & 0xc0u) != 0x80u;
  }
  return at_characters;
}

template <class Offset>
void ArrayLoader::load_text(ArrowArray& array) {
  std::size_t end = 0;
  load_offsets<Offset>(array, end);
  array.data = next_buffer(array);
  if (end > array.data.size()) {
    throw Error("Arrow: the text of field \"" + array.field->name + "\" is cut off");
  }
  // Bytes under null cells may be anything, so what fails as a whole is looked at cell by cell.
  if (array.length > 0 && !whole_text_is_utf8<Offset>(array)) check_text(array);
}

void ArrayLoader::load_views(ArrowArray& array) {
  array.values = next_fixed(array, kViewWidth * 8);
  const auto& starts = batch_.variadic_starts;
  if (at_.variadic + 1 >= starts.size()) {
    throw Error("Arrow: a batch does not count the buffers of its views");
  }
  // The counted buffers come right after; at_.variadic still points before them.
  const std::size_t count = starts[at_.variadic + 1] - starts[at_.variadic];
  const std::size_t first = at_.buffer;
  for (std::size_t i = 0; i < count; ++i) array.view_data.push_back(next_buffer(array));
  at_.buffer = first;
  ++at_.variadic;
  for (std::size_t i = 0; i < array.length; ++i) {
    if (!array.valid(i)) continue;
    const char* view = array.values + i * kViewWidth;
    const auto length = arrow_value<std::int32_t>(view, 0);
    bool inside = length >= 0;
    if (length > static_cast<std::int32_t>(kInlineView)) {
      const auto buffer = static_cast<std::uint32_t>(arrow_value<std::int32_t>(view, 2));
      const auto offset = static_cast<std::uint32_t>(arrow_value<std::int32_t>(view, 3));
      inside = buffer < array.view_data.size() && offset <= array.view_data[buffer].size() &&
               static_cast<std::size_t>(length) <= array.view_data[buffer].size() - offset;
    }
    if (!inside)
      throw Error("Arrow: a view of field \"" + array.field->name + "\" points outside its buffers");
  }
  check_text(array);
}

/// Cuts a struct's child to the struct's length and makes it null where the struct is, all the way down.
void inherit_nulls(const ArrowArray& parent, ArrowArray& child) {
  if (child.field == nullptr) return;
  child.length = parent.length;
  if (parent.validity == nullptr) return;
  const std::size_t size = (child.length + 7) / 8;
  std::shared_ptr<char[]> both(new char[size]);
  for (std::size_t i = 0; i < size; ++i) {
    both[i] =
        static_cast<char>(parent.validity[i] & (child.validity != nullptr ? child.validity[i] : '\xff'));
  }
  child.validity = both.get();
  child.owners.push_back(std::move(both));
  if (!is_struct(*child.field)) return;
  for (auto& grandchild : child.children) inherit_nulls(child, grandchild);
}

void ArrayLoader::load_children(ArrowArray& array, const ArrowField& field) {
  for (const auto& child_field : field.children) {
    if (!child_field.used) {
      skip(child_field);
      array.children.emplace_back();
      continue;
    }
    ArrowArray child = load(child_field);
    if (field.kind == ArrowKind::structure) {
      if (child.length < array.length) {
        throw Error("Arrow: a child of field \"" + field.name + "\" is shorter than the field");
      }
      inherit_nulls(array, child);
    }
    array.children.push_back(std::move(child));
  }
}

ArrowArray ArrayLoader::load(const ArrowField& field) {
  ArrowArray array;
  array.field = &field;
  const ArrowNode node = next_node();
  if (node.length < 0 ||
      static_cast<std::uint64_t>(node.length) > std::numeric_limits<std::uint32_t>::max()) {
    throw Error("Arrow: field \"" + field.name + "\" has an impossible length");
  }
  array.length = static_cast<std::size_t>(node.length);
  if (field.kind == ArrowKind::null && !field.dictionary) {
    budget_.take(array.length * sizeof(std::uint32_t));
    return array;
  }
  if (field.kind == ArrowKind::other) {
    throw Error("Arrow: field \"" + field.name + "\" has the type " + field.type_name +
                ", which a table cannot hold");
  }
  load_validity(array, node.null_count);
  if (field.dictionary) {
    load_dictionary_indices(array, field);
    return array;
  }
  switch (field.kind) {
    case ArrowKind::boolean:
      array.values = next_fixed(array, 1);
      break;
    case ArrowKind::text:
      load_text<std::int32_t>(array);
      break;
    case ArrowKind::large_text:
      load_text<std::int64_t>(array);
      break;
    case ArrowKind::text_view:
      load_views(array);
      break;
    case ArrowKind::structure:
      load_children(array, field);
      break;
    case ArrowKind::list:
    case ArrowKind::large_list: {
      std::size_t end = 0;
      field.kind == ArrowKind::list ? load_offsets<std::int32_t>(array, end)
                                    : load_offsets<std::int64_t>(array, end);
      load_children(array, field);
      if (array.children[0].field != nullptr && end > array.children[0].length) {
        throw Error("Arrow: the lists of field \"" + field.name + "\" are cut off");
      }
      break;
    }
    default:
      array.values = next_fixed(array, static_cast<std::size_t>(field.width) * 8);
  }
  return array;
}

void ArrayLoader::skip(const ArrowField& field) {
  ++at_.node;
  if (field.dictionary) {
    at_.buffer += 2;
    return;
  }
  at_.buffer += static_cast<std::size_t>(field.buffers);
  at_.variadic += field.has_variadic_buffers ? 1 : 0;
  for (const auto& child : field.children) skip(child);
}

}  // namespace

std::string_view ArrowArray::text(std::size_t i) const noexcept {
  switch (field->kind) {
    case ArrowKind::text: {
      const auto begin = static_cast<std::size_t>(arrow_value<std::int32_t>(values, i));
      return {data.data() + begin,
              static_cast<std::size_t>(arrow_value<std::int32_t>(values, i + 1)) - begin};
    }
    case ArrowKind::large_text: {
      const auto begin = static_cast<std::size_t>(arrow_value<std::int64_t>(values, i));
      return {data.data() + begin,
              static_cast<std::size_t>(arrow_value<std::int64_t>(values, i + 1)) - begin};
    }
    default: {
      const char* view = values + i * kViewWidth;
      const auto size = static_cast<std::size_t>(arrow_value<std::int32_t>(view, 0));
      if (size <= kInlineView) return {view + 4, size};
      const auto buffer = static_cast<std::size_t>(arrow_value<std::int32_t>(view, 2));
      return view_data[buffer].substr(static_cast<std::size_t>(arrow_value<std::int32_t>(view, 3)), size);
    }
  }
}

std::pair<std::size_t, std::size_t> ArrowArray::elements(std::size_t i) const noexcept {
  if (!valid(i)) return {0, 0};
  if (field->kind == ArrowKind::list) {
    return {static_cast<std::size_t>(arrow_value<std::int32_t>(values, i)),
            static_cast<std::size_t>(arrow_value<std::int32_t>(values, i + 1))};
  }
  return {static_cast<std::size_t>(arrow_value<std::int64_t>(values, i)),
          static_cast<std::size_t>(arrow_value<std::int64_t>(values, i + 1))};
}

ArrowArray load_arrow_array(const ArrowInput& input, std::size_t field, std::size_t batch) {
  ArrayLoader loader(input.batches[batch], *input.budget, input.positions[field], &input, batch);
  ArrowArray array = loader.load(input.fields[field]);
  if (array.length != input.batches[batch].rows) {
    throw Error("Arrow: field \"" + input.fields[field].name + "\" has " + std::to_string(array.length) +
                " cells in a batch of " + std::to_string(input.batches[batch].rows) + " rows");
  }
  return array;
}

ArrowArray load_arrow_dictionary(const ArrowField& values, const ArrowBatch& batch, ArrowBudget& budget) {
  ArrayLoader loader(batch, budget, {}, nullptr, 0);
  return loader.load(values);
}

}  // namespace parallax
