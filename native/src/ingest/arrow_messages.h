// The messages of an Arrow IPC stream or file.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/arrow_types.h"
#include "ingest/ingest.h"

namespace parallax::arrow {
struct RecordBatchInfo;
}

namespace parallax {

struct ArrowDictionary;

/// Bounds what an input may unpack to, so that a small message cannot claim the whole memory. Thread-safe.
class ArrowBudget {
 public:
  explicit ArrowBudget(std::size_t input_size);
  /// Throws Error (resource_limit) once the sum of all takes is too much for the input's size.
  void take(std::uint64_t bytes);

 private:
  std::atomic<std::uint64_t> taken_{0};
  std::uint64_t most_;
};

struct ArrowBytes {
  std::string_view bytes;
  std::shared_ptr<const char[]> owner;  ///< null: the bytes are the input's and stay
};

/// Length of one array, and how many of its cells are null; -1 = not counted.
struct ArrowNode {
  std::int64_t length, null_count;
};

/// What a message lists, of arrays that lie in memory without one.
struct ArrowLent {
  std::vector<ArrowNode> nodes;
  std::vector<ArrowBytes> buffers;
};

/// A record batch, or the values of a dictionary batch; `body` points into the input.
struct ArrowBatch {
  /// Null unless the batch came without a message; then there is neither of the next four.
  std::shared_ptr<const ArrowLent> lent;
  /// Takes back the memory of each buffer that is done with; null if nobody does.
  const FileBytes* file = nullptr;
  std::shared_ptr<const std::vector<char>> metadata;  // owns info
  const arrow::RecordBatchInfo* info = nullptr;
  std::string_view body;
  std::size_t rows = 0;
  /// Variadic buffers before each entry of info's counts, and all of them.
  std::vector<std::size_t> variadic_starts;
};

/// Where a top-level field's array begins in a batch's lists.
struct ArrowPosition {
  std::size_t node = 0;
  std::size_t buffer = 0;  ///< without the variadic buffers before it
  std::size_t variadic = 0;
};

/// Of the top-level fields.
std::vector<ArrowPosition> arrow_positions(const std::vector<ArrowField>& fields);

/// A dictionary's entries over the course of the input.
struct ArrowDictionaryVersion {
  std::size_t first_batch;  ///< valid from this record batch on
  std::shared_ptr<ArrowDictionary> dictionary;
  std::size_t size;  ///< entries that exist by then; later deltas extend the same dictionary
};

/// A checked input. Everything points into the input's bytes, which must outlive it.
struct ArrowInput {
  std::vector<ArrowField> fields;
  std::vector<ArrowPosition> positions;  ///< of each field
  std::vector<ArrowBatch> batches;
  std::unordered_map<std::int64_t, std::vector<ArrowDictionaryVersion>> dictionaries;
  std::size_t rows = 0;
  std::shared_ptr<ArrowBudget> budget;

  /// The dictionary that record batch `batch` refers to by `id`, or null.
  [[nodiscard]] const ArrowDictionaryVersion* dictionary(std::int64_t id, std::size_t batch) const;
};

/// Reads the framing and all metadata, and the dictionaries; record batches stay packed, or where they lie.
/// Throws Error.
ArrowInput read_arrow(const Input& input);

}  // namespace parallax
