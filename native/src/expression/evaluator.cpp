#include "expression/evaluator.h"

#include <algorithm>
#include <array>

#include "expression/kernels.h"
#include "expression/text_values.h"

namespace parallax {

std::size_t lanes_for(std::size_t ops) noexcept {
  std::size_t lanes = kLanes;
  while (lanes > 64 && lanes * ops > 2048 * kLanes) lanes /= 2;
  return lanes;
}

void Slot::load(Lanes& lanes) const noexcept {
  // The slot holds another type where `break` or `continue` left the assignment out.
  const bool known = valid && storage == lanes.storage();
  lanes.set_valid(0, known);
  with_lane_type(lanes.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    T value{};
    if (known) std::memcpy(&value, bits.data(), sizeof(T));
    lanes.data<T>()[0] = value;
  });
}

void Slot::save(const Lanes& lanes) noexcept {
  storage = lanes.storage();
  valid = lanes.valid(0);
  with_lane_type(storage, [&](auto type) {
    using T = typename decltype(type)::type;
    std::memcpy(bits.data(), lanes.data<T>(), sizeof(T));
  });
}

Evaluator::Evaluator(const Program& program, std::size_t capacity, const TextValues* texts)
    : program_(program),
      texts_(program.row_by_row ? nullptr : texts),
      steps_(program.limits, program.row_by_row ? program.limits.row : program.limits.rows) {
  make_lanes(program, program.ops, program.row_by_row ? 1 : capacity);
  if (program.row_by_row) {
    results_ = std::make_unique<Lanes>(program.result(), capacity);
    variables_.resize(program.variables);
  }
}

Evaluator::Evaluator(const Program& program, const TextPart& part, std::size_t capacity)
    : program_(program), part_(&part), steps_(program.limits, program.limits.rows) {
  make_lanes(program, part.ops, capacity);
}

/// Lanes for `ops`, in the places they have in the program.
void Evaluator::make_lanes(const Program& program, const std::vector<OpPtr>& ops, std::size_t capacity) {
  lanes_.reserve(program.ops.size());
  auto next = ops.begin();
  for (const OpPtr& op : program.ops) {
    const bool used = next != ops.end() && *next == op;
    lanes_.emplace_back(op->storage, used ? capacity : 0);
    if (!used) continue;
    ++next;
    if (op->kind != OpKind::constant) continue;
    for (std::size_t lane = 0; lane < capacity; ++lane) op->cell.load(lanes_.back(), lane);
  }
}

const Lanes& Evaluator::run(const RowContext& rows, std::size_t count, std::byte* into) {
  arena_.reset();
  steps_.begin_run();
  if (part_ != nullptr) {
    for (const OpPtr& op : part_->ops) run_op(*op, rows, count);
    return lanes_[part_->root().lanes];
  }
  if (program_.row_by_row) {
    run_rows(rows, count);
    return *results_;
  }
  Lanes& result = lanes_[program_.root->lanes];
  const bool computed = program_.root->kind == OpKind::kernel || program_.root->kind == OpKind::condition;
  if (into != nullptr && computed) result.borrow(into);
  if (texts_ == nullptr) {
    for (const OpPtr& op : program_.ops) run_op(*op, rows, count);
    return result;
  }
  for (const Program::Step& step : program_.steps) {
    if (step.part)
      texts_->load(*step.part, rows, lanes_[step.op->lanes], count);
    else
      run_op(*step.op, rows, count);
  }
  return result;
}

void Evaluator::run_op(const Op& op, const RowContext& rows, std::size_t count) {
  Lanes& out = lanes_[op.lanes];
  switch (op.kind) {
    case OpKind::column:
      return rows.load(op.slot, out, count);
    case OpKind::kernel:
      args_.clear();
      for (const OpPtr& arg : op.args) args_.push_back(&lanes_[arg->lanes]);
      return op.kernel({args_, out, count, arena_, op.data.get(), rows, steps_});
    case OpKind::condition:
      return choose(op, count);
    default:
      return;  // constants stand there already
  }
}

/// Blends two branches; nothing in a column-at-a-time program has effects, so both may be computed.
void Evaluator::choose(const Op& op, std::size_t count) {
  const auto* test = lanes_[op.args[0]->lanes].data<std::uint8_t>();
  const Lanes& yes = lanes_[op.args[1]->lanes];
  const Lanes& no = lanes_[op.args[2]->lanes];
  Lanes& out = lanes_[op.lanes];
  with_lane_type(op.storage, [&](auto type) {
    using T = typename decltype(type)::type;
    const T* a = yes.data<T>();
    const T* b = no.data<T>();
    T* to = out.data<T>();
    for (std::size_t i = 0; i < count; ++i) to[i] = test[i] != 0 ? a[i] : b[i];
  });
  std::array<std::uint64_t, kLanes / 64> mask;
  pack_bits(test, count, mask.data());
  for (std::size_t w = 0; w < bitmap_words(count); ++w)
    out.validity[w] = (yes.validity[w] & mask[w]) | (no.validity[w] & ~mask[w]);
}

// --- row by row ---

void Evaluator::copy_lane(const Lanes& from, std::size_t from_lane, Lanes& to, std::size_t to_lane) {
  to.set_valid(to_lane, from.valid(from_lane));
  with_lane_type(to.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    to.data<T>()[to_lane] = from.valid(from_lane) ? from.data<T>()[from_lane] : T{};
  });
}

void Evaluator::run_rows(const RowContext& rows, std::size_t count) {
  results_arena_.reset();
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t number = 0;
    if (!rows.trial()) {
      number = rows.row(i);
      row_ = RowContext(rows.table(), number);
    }
    arena_.reset();
    flow_ = Flow::on;
    iterations_ = 0;
    loop_ = nullptr;
    row_args_.clear();
    steps_.begin_row();
    try {
      copy_lane(step(*program_.root), 0, *results_, i);
    } catch (const RowLimit& limit) {
      if (rows.trial()) throw ExpressionError(limit.what(), loop_ != nullptr ? loop_->place : 0);
      results_->set_valid(i, false);
    }
    if (program_.result() == Storage::text) {
      auto& text = results_->data<std::string_view>()[i];
      text = results_->valid(i) ? results_arena_.store(text) : std::string_view();
    }
  }
}

/// The lanes of an op, holding a value computed elsewhere.
const Lanes& Evaluator::finish(const Op& op, const Lanes& value) {
  Lanes& out = lanes_[op.lanes];
  if (value.storage() != out.storage()) {  // what a break or continue left behind has no value
    out.fill_validity(false);
    return out;
  }
  copy_lane(value, 0, out, 0);
  return out;
}

/// Calls a kernel on the last values of row_args_. Kernels that take and make texts cost what these are long.
[[gnu::noinline]] void Evaluator::call(const Op& op) {
  Lanes& out = lanes_[op.lanes];
  const auto args = std::span(row_args_).last(op.args.size());
  const KernelCall call{args, out, 1, arena_, op.data.get(), row_, steps_};
  if (op.text_cost == 0) return op.kernel(call);
  steps_.spend(text_steps(args, op.text_cost));
  op.kernel(call);
  const Lanes* const made[] = {&out};
  steps_.spend(text_steps(made, 1));
}

/// Chains of operators recurse here thousands deep, so the frame is kept small: the rest is in call() and
/// control().
const Lanes& Evaluator::step(const Op& op) {
  Lanes& out = lanes_[op.lanes];
  steps_.spend(1);
  if (flow_ != Flow::on) {
    out.fill_validity(false);
    return out;
  }
  switch (op.kind) {
    case OpKind::constant:
      return out;
    case OpKind::column:
      row_.load(op.slot, out, 1);
      return out;
    case OpKind::get_variable:
      variables_[op.slot].load(out);
      return out;
    case OpKind::kernel:
      for (const OpPtr& arg : op.args) {
        const Lanes* value = &step(*arg);
        row_args_.push_back(value);
      }
      call(op);
      row_args_.resize(row_args_.size() - op.args.size());
      return out;
    default:
      return control(op);
  }
}

/// Variables, branches and loops.
const Lanes& Evaluator::control(const Op& op) {
  Lanes& out = lanes_[op.lanes];
  switch (op.kind) {
    case OpKind::condition: {
      const bool test = step(*op.args[0]).data<std::uint8_t>()[0] != 0;
      return finish(op, step(*op.args[test ? 1 : 2]));
    }
    case OpKind::block: {
      const Lanes* value = nullptr;
      for (const OpPtr& arg : op.args) value = &step(*arg);
      return finish(op, *value);
    }
    case OpKind::set_variable: {
      const Lanes& value = step(*op.args[0]);
      if (flow_ == Flow::on) variables_[op.slot].save(value);
      return finish(op, value);
    }
    case OpKind::make_vector:
      steps_.spend(static_cast<std::int64_t>(op.size / 8));
      for (std::size_t i = 0; i < op.size; ++i) variables_[op.slot + i] = {Storage::float64, true, {}};
      return out;
    case OpKind::get_element:
      return element(op, false);
    case OpKind::set_element:
      return element(op, true);
    case OpKind::loop:
      return loop(op);
    case OpKind::break_loop:
      broken_value_ = op.args.empty() ? nullptr : &finish(op, step(*op.args[0]));
      flow_ = Flow::broken;
      return out;
    case OpKind::continue_loop:
      flow_ = Flow::continued;
      return out;
    default:
      return out;
  }
}

const Lanes& Evaluator::loop(const Op& op) {
  Lanes& out = lanes_[op.lanes];
  const Op* const around = loop_;
  if (loop_ == nullptr) loop_ = &op;
  // A body that never runs gives 0.
  Cell none = Cell::null(op.storage);
  none.valid = is_float(op.storage);
  none.load(out, 0);
  while (step(*op.args[0]).data<std::uint8_t>()[0] != 0) {
    if (++iterations_ > kMostIterations) fail_row("Runtime Error - Exceeded maximum loop iterations.");
    const Lanes& value = step(*op.args[1]);
    if (flow_ != Flow::continued) finish(op, value);  // else the value of the body before stays
    if (flow_ == Flow::broken) {
      flow_ = Flow::on;
      if (broken_value_ != nullptr) finish(op, *broken_value_);
      break;
    }
    flow_ = Flow::on;
    if (op.args.size() > 2) step(*op.args[2]);
  }
  loop_ = around;
  return out;
}

/// Ends the evaluation of the row; in a trial the expression is wrong. What the peer refuses has no place.
void Evaluator::fail_row(const char* message) const {
  if (row_.trial()) throw ExpressionError(message, 0);
  throw RowLimit(message);
}

const Lanes& Evaluator::element(const Op& op, bool store) {
  Lanes& out = lanes_[op.lanes];
  const Lanes& index = step(*op.args[0]);
  const bool known = index.valid(0);
  const double at = known ? index.data<double>()[0] : 0;
  const Lanes* value = store ? &step(*op.args[1]) : nullptr;
  if (flow_ != Flow::on || !known) {
    out.fill_validity(false);
    return out;
  }
  if (!(at > -1 && at < static_cast<double>(op.size))) {
    if (row_.trial()) fail_row("Runtime Error - Vector index out of bounds.");
    out.fill_validity(false);
    return out;
  }
  Slot& slot = variables_[op.slot + static_cast<std::size_t>(std::max(0.0, at))];
  if (!store) {
    slot.load(out);
    return out;
  }
  slot.save(*value);
  return finish(op, *value);
}

}  // namespace parallax
