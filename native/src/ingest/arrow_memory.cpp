#include "ingest/arrow_memory.h"

#include <limits>
#include <string>
#include <utility>

#include "base/bitmap.h"
#include "ingest/arrow_arrays.h"
#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::int64_t kMostCells = std::int64_t{1} << 48;  // so that no size in bytes overflows
constexpr std::size_t kViewWidth = 16;
constexpr std::int64_t kFixedViewBuffers = 3;  // validity, views, and the sizes of the others

[[noreturn]] void refuse(const ArrowField& field, const std::string& fault) {
  throw Error("Arrow: the array of field \"" + field.name + "\" " + fault);
}

/// Bits [from, from + length), beginning at a byte.
ArrowBytes cut_bits(const char* bits, std::size_t from, std::size_t length) {
  const char* first = bits + from / 8;
  const std::size_t shift = from % 8;
  const std::size_t size = (length + 7) / 8;
  if (shift == 0) return {{first, size}, nullptr};
  const std::size_t given = (length + shift + 7) / 8;
  std::shared_ptr<char[]> cut(new char[size]);
  for (std::size_t i = 0; i < size; ++i) {
    const unsigned low = static_cast<unsigned char>(first[i]);
    const unsigned high = i + 1 < given ? static_cast<unsigned char>(first[i + 1]) : 0;
    cut[i] = static_cast<char>((low | high << 8) >> shift);
  }
  return {{cut.get(), size}, cut};
}

/// Lists arrays as a message would, depth first.
class ArrayLister {
 public:
  /// Cells [begin, begin + length) of the array.
  void list(const ArrowField& field, const ArrowCArray& array, std::size_t begin, std::size_t length);
  /// What was listed, of so many rows.
  ArrowBatch batch(std::size_t rows);

  /// Of fields listed, by id.
  std::vector<std::pair<const ArrowField*, const ArrowCArray*>> dictionaries;
  std::uint64_t bytes = 0;

 private:
  void add(ArrowBytes buffer) {
    bytes += buffer.bytes.size();
    lent_.buffers.push_back(std::move(buffer));
  }
  void add_validity(const ArrowField& field, const ArrowCArray& array, std::size_t from, std::size_t length);
  void add_fixed(const ArrowField& field, const ArrowCArray& array, std::size_t width, std::size_t from,
                 std::size_t count);
  template <class Offset>
  void add_offsets(const ArrowField& field, const ArrowCArray& array, std::size_t from, std::size_t length);
  template <class Offset>
  void add_text(const ArrowField& field, const ArrowCArray& array, std::size_t from, std::size_t length);
  void add_views(const ArrowField& field, const ArrowCArray& array, std::size_t from, std::size_t length);

  ArrowLent lent_;
  std::vector<std::size_t> variadic_starts_;
};

/// Buffer number `index`, which must be there.
const char* buffer_of(const ArrowField& field, const ArrowCArray& array, std::int64_t index) {
  const void* buffer = array.buffers[index];
  if (buffer == nullptr) refuse(field, "lacks buffer " + std::to_string(index));
  return static_cast<const char*>(buffer);
}

void check_counts(const ArrowField& field, const ArrowCArray& array) {
  if (array.release == nullptr) refuse(field, "was released before");
  if (array.length < 0 || array.length > kMostCells || array.offset < 0 || array.offset > kMostCells) {
    refuse(field, "has an impossible length or offset: " + std::to_string(array.length) + ", " +
                      std::to_string(array.offset));
  }
  if (array.null_count < -1 || array.null_count > array.length) {
    refuse(field, "has an impossible count of nulls: " + std::to_string(array.null_count));
  }
  const bool is_plain = field.dictionary.has_value();
  if (!is_plain && (field.kind == ArrowKind::other || field.kind == ArrowKind::null)) return;
  const std::int64_t buffers = is_plain ? 2 : field.buffers;
  const bool as_many = !is_plain && field.has_variadic_buffers
                           ? array.n_buffers >= kFixedViewBuffers &&
                                 array.n_buffers <= std::numeric_limits<std::int32_t>::max()
                           : array.n_buffers == buffers;
  if (!as_many || array.buffers == nullptr) {
    refuse(field, "has " + std::to_string(array.n_buffers) + " buffers, which type " + field.type_name +
                      " cannot have");
  }
  const auto children = is_plain ? std::size_t{0} : field.children.size();
  if (array.n_children != static_cast<std::int64_t>(children) ||
      (children > 0 && array.children == nullptr)) {
    refuse(field,
           "has " + std::to_string(array.n_children) + " children, should have " + std::to_string(children));
  }
  for (std::size_t i = 0; i < children; ++i) {
    if (array.children[i] == nullptr) refuse(field, "lacks child " + std::to_string(i));
  }
}

void ArrayLister::add_validity(const ArrowField& field, const ArrowCArray& array, std::size_t from,
                               std::size_t length) {
  const bool all =
      array.null_count == 0 || length == 0 || (array.null_count == -1 && array.buffers[0] == nullptr);
  lent_.nodes.push_back({static_cast<std::int64_t>(length), all ? 0 : -1});
  add(all ? ArrowBytes{} : cut_bits(buffer_of(field, array, 0), from, length));
}

void ArrayLister::add_fixed(const ArrowField& field, const ArrowCArray& array, std::size_t width,
                            std::size_t from, std::size_t count) {
  add(count == 0 ? ArrowBytes{}
                 : ArrowBytes{{buffer_of(field, array, 1) + from * width, count * width}, nullptr});
}

template <class Offset>
void ArrayLister::add_offsets(const ArrowField& field, const ArrowCArray& array, std::size_t from,
                              std::size_t length) {
  add_fixed(field, array, sizeof(Offset), from, length == 0 ? 0 : length + 1);
}

template <class Offset>
void ArrayLister::add_text(const ArrowField& field, const ArrowCArray& array, std::size_t from,
                           std::size_t length) {
  add_offsets<Offset>(field, array, from, length);
  const Offset end = length == 0 ? 0 : arrow_value<Offset>(lent_.buffers.back().bytes.data(), length);
  if (end <= 0) return add({});  // a negative one is refused with the offsets
  add({{buffer_of(field, array, 2), static_cast<std::size_t>(end)}, nullptr});
}

void ArrayLister::add_views(const ArrowField& field, const ArrowCArray& array, std::size_t from,
                            std::size_t length) {
  add_fixed(field, array, kViewWidth, from, length);
  const std::int64_t count = array.n_buffers - kFixedViewBuffers;
  if (variadic_starts_.empty()) variadic_starts_.push_back(0);
  variadic_starts_.push_back(variadic_starts_.back() + static_cast<std::size_t>(count));
  if (count == 0) return;
  const char* sizes = buffer_of(field, array, array.n_buffers - 1);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto size = arrow_value<std::int64_t>(sizes, static_cast<std::size_t>(i));
    if (size < 0) refuse(field, "has a buffer of " + std::to_string(size) + " bytes");
    add(size == 0 ? ArrowBytes{}
                  : ArrowBytes{{buffer_of(field, array, 2 + i), static_cast<std::size_t>(size)}, nullptr});
  }
}

void ArrayLister::list(const ArrowField& field, const ArrowCArray& array, std::size_t begin,
                       std::size_t length) {
  check_counts(field, array);
  if (begin + length > static_cast<std::size_t>(array.length)) {
    refuse(field,
           "has " + std::to_string(array.length) + " cells, should have " + std::to_string(begin + length));
  }
  if (!field.dictionary && (field.kind == ArrowKind::other || field.kind == ArrowKind::null)) {
    lent_.nodes.push_back({static_cast<std::int64_t>(length), 0});
    return;
  }
  const std::size_t from = static_cast<std::size_t>(array.offset) + begin;
  add_validity(field, array, from, length);
  if (field.dictionary) {
    if (array.dictionary == nullptr) refuse(field, "lacks its dictionary");
    dictionaries.emplace_back(&field, array.dictionary);
    return add_fixed(field, array, static_cast<std::size_t>(field.index_width), from, length);
  }
  switch (field.kind) {
    case ArrowKind::boolean:
      return add(length == 0 ? ArrowBytes{} : cut_bits(buffer_of(field, array, 1), from, length));
    case ArrowKind::text:
      return add_text<std::int32_t>(field, array, from, length);
    case ArrowKind::large_text:
      return add_text<std::int64_t>(field, array, from, length);
    case ArrowKind::text_view:
      return add_views(field, array, from, length);
    case ArrowKind::structure:
      for (std::size_t i = 0; i < field.children.size(); ++i) {
        list(field.children[i], *array.children[i], from, length);
      }
      return;
    case ArrowKind::list:
    case ArrowKind::large_list: {
      field.kind == ArrowKind::list ? add_offsets<std::int32_t>(field, array, from, length)
                                    : add_offsets<std::int64_t>(field, array, from, length);
      const ArrowCArray& elements = *array.children[0];
      check_counts(field.children[0], elements);
      return list(field.children[0], elements, 0, static_cast<std::size_t>(elements.length));
    }
    default:
      return add_fixed(field, array, static_cast<std::size_t>(field.width), from, length);
  }
}

ArrowBatch ArrayLister::batch(std::size_t rows) {
  ArrowBatch batch;
  batch.lent = std::make_shared<const ArrowLent>(std::move(lent_));
  batch.rows = rows;
  batch.variadic_starts = std::move(variadic_starts_);
  return batch;
}

void check_no_null_rows(const ArrowCArray& array) {
  if (array.null_count == 0 || array.buffers[0] == nullptr) return;
  const auto* bits = static_cast<const char*>(array.buffers[0]);
  for (std::int64_t i = array.offset; i < array.offset + array.length; ++i) {
    if ((static_cast<unsigned char>(bits[i / 8]) >> (i % 8) & 1u) == 0) {
      throw Error("Arrow: row " + std::to_string(i - array.offset) +
                  " of the record batch is null as a whole; only its cells can be");
    }
  }
}

std::shared_ptr<ArrowDictionary> read_dictionary(const ArrowField& field, const ArrowCArray& array,
                                                 ArrowBudget& budget) {
  auto values = std::make_shared<ArrowField>(field);
  values->dictionary.reset();
  ArrayLister lister;
  check_counts(*values, array);
  lister.list(*values, array, 0, static_cast<std::size_t>(array.length));
  auto dictionary = std::make_shared<ArrowDictionary>();
  dictionary->chunks.push_back(load_arrow_dictionary(*values, lister.batch(0), budget));
  dictionary->size = dictionary->chunks[0].length;
  dictionary->values = std::move(values);
  return dictionary;
}

}  // namespace

ArrowInput read_arrow_memory(const ArrowPayload& payload) {
  const ArrowCSchema* schema = payload.schema.get();
  const ArrowCArray* array = payload.array.get();
  if (schema == nullptr || array == nullptr) {
    throw Error(std::string("Arrow: the ") + (schema == nullptr ? "schema" : "array") +
                " was released before");
  }
  std::int64_t ids = 0;
  ArrowField root = read_arrow_field(*schema, ids);
  if (!is_struct(root)) {
    throw Error("Arrow: the type " + root.type_name + " is no record batch; that is a struct of columns");
  }
  check_counts(root, *array);
  check_no_null_rows(*array);
  if (array->length > std::numeric_limits<std::uint32_t>::max()) {
    throw Error("Arrow: a batch of " + std::to_string(array->length) + " rows is not possible");
  }
  ArrowInput input;
  input.fields = std::move(root.children);
  input.positions = arrow_positions(input.fields);
  input.rows = static_cast<std::size_t>(array->length);
  ArrayLister lister;
  for (std::size_t i = 0; i < input.fields.size(); ++i) {
    lister.list(input.fields[i], *array->children[i], static_cast<std::size_t>(array->offset), input.rows);
  }
  input.budget = std::make_shared<ArrowBudget>(lister.bytes);
  input.budget->take(input.rows * 8);
  input.batches.push_back(lister.batch(input.rows));
  for (const auto& [field, values] : lister.dictionaries) {
    if (!is_text(*field)) continue;  // refused where a column of it is used
    auto dictionary = read_dictionary(*field, *values, *input.budget);
    const std::size_t size = dictionary->size;
    input.dictionaries[*field->dictionary].push_back({0, std::move(dictionary), size});
  }
  return input;
}

}  // namespace parallax
