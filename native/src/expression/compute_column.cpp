// Programs over the rows of a table, into columns.
#include "expression/evaluator.h"
#include "expression/kernels.h"
#include "expression/text_values.h"
#include "parallax/error.h"

namespace parallax {
namespace {

/// The number of the part that is the whole program.
std::optional<std::size_t> only_part(const Program& program) {
  if (program.steps.size() != 1) return std::nullopt;
  return program.steps[0].part;
}

/// What a block of rows in one segment gave, as the cells of a column: null cells are 0.
void finish_block(Storage storage, std::byte* cells, std::uint64_t* validity, std::size_t count) {
  with_storage(storage, [&](auto type) {
    auto* values = reinterpret_cast<typename decltype(type)::type*>(cells);
    for_nulls(validity, count, [&](std::size_t i) { values[i] = {}; });
  });
  for (std::size_t w = 0; w < bitmap_words(count); ++w) validity[w] &= Lanes::lanes_of_word(w, count);
}

/// block(evaluator, rows, cells, validity, count) for every block of `out`, segments side by side.
template <class Block>
void fill_segments(const Program& program, const Table& table, Column& out, const TextValues& texts,
                   ThreadPool& pool, Block&& block) {
  const std::size_t width = storage_width(out.storage());
  const std::size_t size = lanes_for(program.ops.size());
  StepBudget budget(steps_for(program, out.size()));
  pool.for_morsels(out.size(), [&](std::size_t begin, std::size_t end) {
    Evaluator evaluator(program, std::min(size, end - begin), &texts);
    evaluator.share(budget);
    Segment& segment = out.writable(begin / kMorselRows);
    for (std::size_t at = begin; at < end; at += size) {
      const std::size_t offset = at % kMorselRows;
      const RowContext rows(table, static_cast<std::uint32_t>(at));
      block(evaluator, rows, segment.data() + offset * width, segment.validity() + offset / 64,
            std::min(size, end - at));
    }
  });
}

void store_row(const Lanes& lanes, std::size_t lane, Column& out, std::uint32_t row) {
  if (!lanes.valid(lane)) return out.set_null(row);
  with_lane_type(out.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (std::is_same_v<T, std::string_view>)
      out.set<std::uint32_t>(row, out.dictionary()->intern(lanes.data<T>()[lane]));
    else
      out.set<T>(row, lanes.data<T>()[lane]);
  });
}

/// for_blocks with evaluators of the program. Results are stored by one thread, as interning texts needs.
template <class Rows, class Store>
void for_program(const Program& program, std::size_t count, const TextValues& texts, ThreadPool& pool,
                 Rows&& rows, Store&& store) {
  StepBudget budget(steps_for(program, count));
  const auto make = [&](std::size_t capacity) {
    Evaluator evaluator(program, capacity, &texts);
    evaluator.share(budget);
    return evaluator;
  };
  for_blocks(count, lanes_for(program.ops.size()), pool, make, rows, store);
}

}  // namespace

void compute_column(const Program& program, const Table& table, Column& out, TextValues& texts,
                    ThreadPool& pool) {
  const std::size_t rows = table.row_numbers();
  out.resize(rows);
  texts.prepare(table, out, pool);
  if (const auto part = only_part(program)) {
    fill_segments(program, table, out, texts, pool,
                  [&](Evaluator&, const RowContext& block, std::byte* cells, std::uint64_t* validity,
                      std::size_t count) { texts.load_cells(*part, block, cells, validity, count); });
    return;
  }
  if (out.storage() != Storage::text) {
    const std::size_t width = storage_width(out.storage());
    fill_segments(program, table, out, texts, pool,
                  [&](Evaluator& evaluator, const RowContext& block, std::byte* cells,
                      std::uint64_t* validity, std::size_t count) {
                    const Lanes& lanes = evaluator.run(block, count, cells);
                    if (lanes.data<std::byte>() != cells)
                      std::memcpy(cells, lanes.data<std::byte>(), count * width);
                    std::memcpy(validity, lanes.validity.data(), bitmap_words(count) * 8);
                    finish_block(out.storage(), cells, validity, count);
                  });
    return;
  }
  const auto block = [&](std::size_t at) { return RowContext(table, static_cast<std::uint32_t>(at)); };
  for_program(program, rows, texts, pool, block, [&](const Lanes& lanes, std::size_t at, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) store_row(lanes, i, out, static_cast<std::uint32_t>(at + i));
  });
}

void compute_rows(const Program& program, const Table& table, const std::uint32_t* rows, std::size_t count,
                  Column& out, TextValues& texts, ThreadPool& pool) {
  out.resize(table.row_numbers());
  if (count == 0) return;
  const auto block = [&](std::size_t at) { return RowContext(table, rows + at); };
  std::size_t done = 0;
  try {
    texts.prepare(table, rows, count, out, pool);
    for_program(program, count, texts, pool, block,
                [&](const Lanes& lanes, std::size_t at, std::size_t some) {
                  for (std::size_t i = 0; i < some; ++i) store_row(lanes, i, out, rows[at + i]);
                  done = at + some;
                });
  } catch (const Error& error) {
    // A write is not refused for what a view makes of it.
    if (error.kind() != ErrorKind::resource_limit) throw;
    for (; done < count; ++done) out.set_null(rows[done]);
  }
}

}  // namespace parallax
