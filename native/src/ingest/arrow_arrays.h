// Arrays: the buffers of one field in one batch, unpacked and checked.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "ingest/arrow_messages.h"

namespace parallax {

/// Cells of one field. All that is reachable through it was checked: offsets ascend and stay inside, text is
/// UTF-8; only dictionary indices were not. Memory belongs to the input or to `owners`. Values may lie at any
/// address, so they are read with arrow_value().
struct ArrowArray {
  const ArrowField* field = nullptr;
  std::size_t length = 0;
  const char* validity = nullptr;  ///< one bit a cell; null = all valid
  const char* values = nullptr;    ///< values, bits, indices, views, or the offsets of text and lists
  std::string_view data;           ///< bytes of text
  std::vector<std::string_view> view_data;
  /// Of structs: as long as the struct, and null where it is null. Of lists: all elements.
  std::vector<ArrowArray> children;
  std::shared_ptr<const ArrowDictionary> dictionary;
  std::size_t dictionary_size = 0;
  std::vector<std::shared_ptr<const char[]>> owners;

  [[nodiscard]] bool valid(std::size_t i) const noexcept {
    return validity == nullptr || (static_cast<unsigned char>(validity[i / 8]) >> (i % 8) & 1u) != 0;
  }
  /// Of a valid cell of a text field.
  [[nodiscard]] std::string_view text(std::size_t i) const noexcept;
  /// First element and end of a list cell; empty for null.
  [[nodiscard]] std::pair<std::size_t, std::size_t> elements(std::size_t i) const noexcept;
};

/// Text entries in the chunks that dictionary batches brought.
struct ArrowDictionary {
  std::shared_ptr<const ArrowField> values;
  std::vector<ArrowArray> chunks;
  std::size_t size = 0;
};

template <class T>
T arrow_value(const char* values, std::size_t i) noexcept {
  T value;
  std::memcpy(&value, values + i * sizeof(T), sizeof(T));
  return value;
}

/// Entry i of a verified vector of structs. Damaged metadata may place the vector at any address.
template <class T>
T arrow_struct(const flatbuffers::Vector<const T*>& entries, std::size_t i) noexcept {
  return arrow_value<T>(reinterpret_cast<const char*>(entries.Data()), i);
}

/// Unpacks and checks field number `field` of record batch number `batch`. Unused children are left empty.
/// Throws Error. Thread-safe.
ArrowArray load_arrow_array(const ArrowInput& input, std::size_t field, std::size_t batch);

/// The one array of a dictionary batch.
ArrowArray load_arrow_dictionary(const ArrowField& values, const ArrowBatch& batch, ArrowBudget& budget);

}  // namespace parallax
