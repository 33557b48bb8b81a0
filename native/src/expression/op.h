// A type-checked expression: operations on lanes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "expression/lanes.h"
#include "storage/types.h"

namespace parallax {

class RowContext;
class StepCounter;

/// What a kernel works on. Arguments have the storage that the function asked for when it was bound.
struct KernelCall {
  std::span<const Lanes* const> args;
  Lanes& out;
  std::size_t count;  ///< lanes 0 … count-1 are wanted
  TextArena& arena;
  const void* data;  ///< of the bound function: compiled pattern, unit, …
  const RowContext& rows;
  StepCounter& steps;
};

/// Computes `out`, validity included, for every lane.
using Kernel = void (*)(const KernelCall&);

enum class OpKind : std::uint8_t {
  constant,   ///< value in `cell`
  column,     ///< slot = position of the column
  kernel,     ///< function of args
  condition,  ///< args: boolean (never null), then, else; all of one storage
  // The following need rows one at a time (Program::row_by_row).
  block,         ///< args: statements; the value is the last one's
  get_variable,  ///< slot
  set_variable,  ///< slot; args: value, which is the value of the op too
  make_vector,   ///< slot … slot+size-1 become float 0
  get_element,   ///< slot, size; args: index as float64
  set_element,   ///< slot, size; args: index, value
  loop,          ///< args: condition, body[, step]; the value is the last body's
  break_loop,    ///< args: [value]
  continue_loop,
};

struct Op;
using OpPtr = std::shared_ptr<Op>;

/// A single cell, for constants.
struct Cell {
  Storage storage = Storage::float64;
  bool valid = false;
  std::array<std::byte, 8> bits{};
  std::string text;

  template <class T>
  static Cell of(Storage storage, T value) {
    Cell cell;
    cell.storage = storage;
    cell.valid = true;
    std::memcpy(cell.bits.data(), &value, sizeof(T));
    return cell;
  }
  static Cell of_text(std::string value) {
    Cell cell;
    cell.storage = Storage::text;
    cell.valid = true;
    cell.text = std::move(value);
    return cell;
  }
  static Cell null(Storage storage) {
    Cell cell;
    cell.storage = storage;
    return cell;
  }
  void load(Lanes& lanes, std::size_t lane) const noexcept;
  void save(const Lanes& lanes, std::size_t lane);
};

struct Op {
  OpKind kind = OpKind::constant;
  Storage storage = Storage::float64;
  std::vector<OpPtr> args;
  Cell cell;  ///< constant
  std::size_t slot = 0;
  std::size_t size = 0;   ///< make_vector
  std::size_t place = 0;  ///< of a loop in the source
  Kernel kernel = nullptr;
  std::shared_ptr<const void> data;  ///< of the kernel
  std::vector<OpPtr> literals;       ///< constants that made `data`
  bool is_volatile = false;          ///< now, today, random: another value at each evaluation
  std::uint32_t text_cost = 0;       ///< of a kernel on texts, see text_steps
  std::uint32_t depth = 0;           ///< operations below this one
  std::uint32_t lanes = 0;           ///< which of the evaluator's vectors holds the result

  Op() = default;
  Op(const Op&) = delete;
  Op& operator=(const Op&) = delete;
  ~Op();
};

}  // namespace parallax
