// Text arrays into text columns.
#include <algorithm>
#include <atomic>
#include <unordered_map>

#include "ingest/arrow_parts.h"
#include "parallax/error.h"
#include "storage/column.h"

namespace parallax {
namespace {

constexpr std::uint32_t kNoCode = 0xffffffff;

// --- dictionary-encoded ------------------------------------------------------------------------------------

/// Calls f(std::type_identity<T>{}) with the unsigned type as wide as the indices. A negative index then is
/// a huge one, past every dictionary's end.
template <class F>
void with_index(const ArrowField& field, F&& f) {
  switch (field.index_width) {
    case 1:
      return f(std::type_identity<std::uint8_t>{});
    case 2:
      return f(std::type_identity<std::uint16_t>{});
    case 4:
      return f(std::type_identity<std::uint32_t>{});
    default:
      return f(std::type_identity<std::uint64_t>{});
  }
}

/// One dictionary's entries on their way to the column's codes.
struct Recoding {
  std::vector<std::uint8_t> used;    // by index; set by several threads
  std::vector<std::uint32_t> codes;  // by index
};

using Recodings = std::unordered_map<const ArrowDictionary*, Recoding>;

void mark_used(const ArrowPart& part, const ArrowField& field, const std::string& name,
               Recodings& recodings) {
  const auto found = recodings.find(part.array.dictionary.get());
  std::uint8_t* used = found == recodings.end() ? nullptr : found->second.used.data();
  // Signed and unsigned indices of one width agree up to the dictionary's end; a narrow negative index must
  // not read as a large positive one that the dictionary has.
  const std::uint64_t limit = field.index_signed && field.index_width < 8
                                  ? std::uint64_t{1} << (field.index_width * 8 - 1)
                                  : ~std::uint64_t{0};
  const std::uint64_t size = std::min<std::uint64_t>(part.array.dictionary_size, limit);
  with_index(field, [&](auto type) {
    using Index = typename decltype(type)::type;
    for (std::size_t i = part.from; i < part.from + part.count; ++i) {
      if (!part.array.valid(i)) continue;
      const Index index = arrow_value<Index>(part.array.values, i);
      if (index >= size) {
        throw Error("Arrow: column \"" + name + "\": a dictionary index is outside the dictionary of " +
                    std::to_string(part.array.dictionary_size) + " entries");
      }
      std::atomic_ref<std::uint8_t> mark(used[index]);
      if (mark.load(std::memory_order_relaxed) == 0) mark.store(1, std::memory_order_relaxed);
    }
  });
}

void intern_used(const ArrowDictionary& dictionary, Recoding& recoding, Dictionary& texts) {
  recoding.codes.assign(dictionary.size, kNoCode);
  std::size_t index = 0;
  for (const auto& chunk : dictionary.chunks) {
    for (std::size_t i = 0; i < chunk.length; ++i, ++index) {
      if (recoding.used[index] != 0 && chunk.valid(i)) recoding.codes[index] = texts.intern(chunk.text(i));
    }
  }
}

void recode_part(const ArrowPart& part, const ArrowField& field, const Recodings& recodings,
                 Segment& segment) {
  copy_validity(part, segment.validity());
  const auto found = recodings.find(part.array.dictionary.get());
  if (found == recodings.end()) return;  // no dictionary: all cells are null
  const std::uint32_t* codes = found->second.codes.data();
  auto* to = reinterpret_cast<std::uint32_t*>(segment.data()) + part.to;
  with_index(field, [&](auto type) {
    using Index = typename decltype(type)::type;
    for (std::size_t i = 0; i < part.count; ++i) {
      if (!part.array.valid(part.from + i)) continue;
      const std::uint32_t code = codes[arrow_value<Index>(part.array.values, part.from + i)];
      if (code != kNoCode) {
        to[i] = code;
      } else {
        clear_bit(segment.validity(), part.to + i);
      }
    }
  });
}

void fill_from_dictionaries(const ArrowField& field, const ArrowParts& parts,
                            const std::vector<const ArrowArray*>& arrays, Column& column,
                            const std::string& name, ThreadPool& pool) {
  Recodings recodings;
  std::vector<const ArrowDictionary*> order;
  for (const auto* array : arrays) {
    const ArrowDictionary* dictionary = array->dictionary.get();
    if (dictionary == nullptr) continue;
    const auto [recoding, added] = recodings.try_emplace(dictionary);
    if (!added) continue;
    recoding->second.used.assign(dictionary->size, 0);
    order.push_back(dictionary);
  }
  pool.parallel_for(parts.segments(), [&](std::size_t i) {
    parts.for_segment(i, [&](const ArrowPart& part) { mark_used(part, field, name, recodings); });
  });
  for (const auto* dictionary : order) intern_used(*dictionary, recodings[dictionary], *column.dictionary());
  pool.parallel_for(parts.segments(), [&](std::size_t i) {
    Segment& segment = column.writable(i);
    parts.for_segment(i, [&](const ArrowPart& part) { recode_part(part, field, recodings, segment); });
  });
}

// --- plain text --------------------------------------------------------------------------------------------

void intern_part(const ArrowPart& part, Dictionary& texts, Segment& segment) {
  copy_validity(part, segment.validity());
  auto* to = reinterpret_cast<std::uint32_t*>(segment.data()) + part.to;
  for (std::size_t i = 0; i < part.count; ++i) {
    if (part.array.valid(part.from + i)) to[i] = texts.intern(part.array.text(part.from + i));
  }
}

/// Replaces a segment's codes by those of another dictionary.
void recode_segment(Segment& segment, std::size_t size, const std::vector<std::uint32_t>& codes) {
  auto* cells = reinterpret_cast<std::uint32_t*>(segment.data());
  for (std::size_t i = 0; i < size; ++i) {
    if (test_bit(segment.validity(), i)) cells[i] = codes[cells[i]];
  }
}

/// Each worker interns a run of segments by itself, the first one straight into the column's dictionary; then
/// the others' few distinct texts are merged and their cells recoded.
void fill_from_text(const ArrowParts& parts, Column& column, ThreadPool& pool) {
  const std::size_t segments = parts.segments();
  const std::size_t runs = std::min<std::size_t>(segments, pool.width());
  const auto first_of = [&](std::size_t run) { return segments * run / runs; };
  std::vector<Dictionary> own(runs > 0 ? runs - 1 : 0);
  pool.parallel_for(runs, [&](std::size_t run) {
    Dictionary& texts = run == 0 ? *column.dictionary() : own[run - 1];
    for (std::size_t i = first_of(run); i < first_of(run + 1); ++i) {
      parts.for_segment(i, [&](const ArrowPart& part) { intern_part(part, texts, column.writable(i)); });
    }
  });
  std::vector<std::vector<std::uint32_t>> codes(own.size());
  for (std::size_t run = 0; run < own.size(); ++run) {
    codes[run].reserve(own[run].size());
    for (std::uint32_t code = 0; code < own[run].size(); ++code) {
      codes[run].push_back(column.dictionary()->intern(own[run].text(code)));
    }
  }
  pool.parallel_for(own.size(), [&](std::size_t run) {
    for (std::size_t i = first_of(run + 1); i < first_of(run + 2); ++i) {
      recode_segment(column.writable(i), column.segment_size(i), codes[run]);
    }
  });
}

}  // namespace

void fill_text_column(const ArrowField& field, const ArrowParts& parts,
                      const std::vector<const ArrowArray*>& arrays, Column& column, const std::string& name,
                      ThreadPool& pool) {
  if (field.dictionary) {
    fill_from_dictionaries(field, parts, arrays, column, name, pool);
  } else {
    fill_from_text(parts, column, pool);
  }
}

}  // namespace parallax
