#include "expression/text_values.h"

#include <algorithm>
#include <atomic>

#include "expression/evaluator.h"
#include "expression/kernels.h"

namespace parallax {

TextValues::TextValues(std::shared_ptr<const Program> program)
    : program_(std::move(program)), parts_(program_->parts.size()) {}

/// The part with room for every text of the column; empty if a dictionary is not the one it was made for.
TextValues::Part& TextValues::current(std::size_t number, const Table& table, const Column& out) {
  Part& part = parts_[number];
  const TextPart& plan = program_->parts[number];
  const auto& texts = table.column(plan.column).dictionary();
  const bool whole = &plan.root() == program_->root.get();
  const bool other_results =
      whole && plan.root().storage == Storage::text && part.results != out.dictionary();
  if (part.texts != texts || other_results) {
    part = Part();
    part.texts = texts;
    if (plan.root().storage == Storage::text) {
      part.results = whole ? out.dictionary() : std::make_shared<Dictionary>();
    }
  }
  part.states.resize(texts->size() + 1, State::unknown);
  part.cells.resize(part.states.size() * storage_width(plan.root().storage));
  return part;
}

void TextValues::prepare(const Table& table, const Column& out, ThreadPool& pool) {
  StepBudget budget(steps_for(*program_, table.row_numbers()));
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = current(i, table, out);
    // Which texts occur; threads may note the same one.
    std::vector<std::uint8_t> occurs(part.states.size());
    pool.for_morsels(table.row_numbers(), [&](std::size_t begin, std::size_t end) {
      std::array<std::uint32_t, kLanes> texts;
      for (std::size_t at = begin; at < end; at += kLanes) {
        const std::size_t count = std::min(kLanes, end - at);
        RowContext(table, static_cast<std::uint32_t>(at))
            .load_texts(program_->parts[i].column, texts.data(), count);
        for (std::size_t lane = 0; lane < count; ++lane) {
          const std::atomic_ref<std::uint8_t> mark(occurs[texts[lane]]);
          if (mark.load(std::memory_order_relaxed) == 0) mark.store(1, std::memory_order_relaxed);
        }
      }
    });
    std::vector<std::uint32_t> missing;
    for (std::size_t text = 0; text < occurs.size(); ++text) {
      if (occurs[text] != 0 && part.states[text] == State::unknown)
        missing.push_back(static_cast<std::uint32_t>(text));
    }
    compute(i, missing, budget, pool);
  }
}

void TextValues::prepare(const Table& table, const std::uint32_t* rows, std::size_t count, const Column& out,
                         ThreadPool& pool) {
  StepBudget budget(steps_for(*program_, count));
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = current(i, table, out);
    std::vector<std::uint32_t> missing(count);
    RowContext(table, rows).load_texts(program_->parts[i].column, missing.data(), count);
    std::erase_if(missing, [&](std::uint32_t text) { return part.states[text] != State::unknown; });
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    compute(i, missing, budget, pool);
  }
}

void TextValues::compute(std::size_t number, const std::vector<std::uint32_t>& missing, StepBudget& budget,
                         ThreadPool& pool) {
  Part& part = parts_[number];
  const auto make = [&](std::size_t capacity) {
    Evaluator evaluator(*program_, program_->parts[number], capacity);
    evaluator.share(budget);
    return evaluator;
  };
  const auto rows = [&](std::size_t at) { return RowContext(*part.texts, missing.data() + at); };
  const std::size_t block = lanes_for(program_->parts[number].ops.size());
  for_blocks(missing.size(), block, pool, make, rows,
             [&](const Lanes& lanes, std::size_t at, std::size_t count) {
               store(part, lanes, missing.data() + at, count);
             });
  computed_ += missing.size();
}

void TextValues::store(Part& part, const Lanes& lanes, const std::uint32_t* texts, std::size_t count) {
  with_lane_type(lanes.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    const T* from = lanes.data<T>();
    for (std::size_t i = 0; i < count; ++i) {
      State& state = part.states[texts[i]];
      if (!lanes.valid(i)) {
        part.any_null = true;
        state = State::null;
        continue;
      }
      if constexpr (std::is_same_v<T, std::string_view>)
        reinterpret_cast<std::uint32_t*>(part.cells.data())[texts[i]] = part.results->intern(from[i]);
      else
        reinterpret_cast<T*>(part.cells.data())[texts[i]] = from[i];
      state = State::known;
    }
  });
}

void TextValues::load_cells(std::size_t number, const RowContext& rows, std::byte* cells,
                            std::uint64_t* validity, std::size_t count) const {
  const Part& part = parts_[number];
  const TextPart& plan = program_->parts[number];
  std::array<std::uint32_t, kLanes> texts;
  rows.load_texts(plan.column, texts.data(), count);
  with_storage(plan.root().storage, [&](auto type) {
    using T = typename decltype(type)::type;
    const T* values = reinterpret_cast<const T*>(part.cells.data());
    T* to = reinterpret_cast<T*>(cells);
    for (std::size_t i = 0; i < count; ++i) to[i] = values[texts[i]];
  });
  if (!part.any_null) {
    for (std::size_t w = 0; w < bitmap_words(count); ++w) validity[w] = Lanes::lanes_of_word(w, count);
    return;
  }
  std::array<std::uint8_t, kLanes> known;
  for (std::size_t i = 0; i < count; ++i) known[i] = part.states[texts[i]] == State::known;
  pack_bits(known.data(), count, validity);
}

void TextValues::load(std::size_t number, const RowContext& rows, Lanes& out, std::size_t count) const {
  if (out.storage() != Storage::text) {
    return load_cells(number, rows, out.data<std::byte>(), out.validity.data(), count);
  }
  std::array<std::uint32_t, kLanes> codes;
  load_cells(number, rows, reinterpret_cast<std::byte*>(codes.data()), out.validity.data(), count);
  auto* to = out.data<std::string_view>();
  const Dictionary& results = *parts_[number].results;
  for (std::size_t i = 0; i < count; ++i) to[i] = out.valid(i) ? results.text(codes[i]) : std::string_view();
}

}  // namespace parallax
