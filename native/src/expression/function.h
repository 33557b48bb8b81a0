// The function library: a name and argument types in, a kernel out.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expression/ast.h"
#include "expression/error.h"
#include "expression/op.h"

namespace parallax {

/// What the checker knows of an argument.
struct Argument {
  Storage storage = Storage::float64;
  bool null_literal = false;   ///< the word `null`: fits where the function says so, `storage` means nothing
  const Node* node = nullptr;  ///< where it stands; tells literals
};

/// To which storage each argument is brought before the call (numbers widen, a null literal becomes a null of
/// it); none: the argument is a literal that was used when binding and is not passed to the kernel.
using Passed = std::vector<std::optional<Storage>>;

/// A function applied to argument types.
struct Bound {
  Storage result = Storage::float64;
  Kernel kernel = nullptr;
  Passed arguments;
  std::shared_ptr<const void> data = nullptr;
  bool is_volatile = false;
  std::uint32_t text_cost = 1;  ///< steps for each 64 bytes of text arguments
  std::size_t memory = 0;       ///< bytes that `data` takes, if they are many
};

/// One call in the source.
class CallSite {
 public:
  CallSite(std::string_view name, std::size_t at, std::span<const Argument> args)
      : name_(name), at_(at), args_(args) {}

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] std::size_t size() const noexcept { return args_.size(); }
  [[nodiscard]] const Argument& operator[](std::size_t i) const noexcept { return args_[i]; }
  [[nodiscard]] bool number(std::size_t i) const noexcept {
    return !args_[i].null_literal && is_number(args_[i].storage);
  }
  [[nodiscard]] bool is(std::size_t i, Storage storage) const noexcept {
    return !args_[i].null_literal && args_[i].storage == storage;
  }
  /// The value of an argument that is a string literal.
  [[nodiscard]] std::optional<std::string_view> literal(std::size_t i) const noexcept;

  void need_count(std::size_t least, std::size_t most) const;
  void need_number(std::size_t i) const;
  /// A number or the literal `null`.
  void need_number_or_null(std::size_t i) const;
  void need_text(std::size_t i) const;
  [[nodiscard]] std::string_view need_literal(std::size_t i) const;
  /// Refuses the call: `problem` goes after the function's name.
  [[noreturn]] void fail(const std::string& problem) const;
  /// Refuses argument i, which should be `wanted`.
  [[noreturn]] void fail_type(std::size_t i, std::string_view wanted) const;

 private:
  std::string_view name_;
  std::size_t at_;
  std::span<const Argument> args_;
};

using Binder = Bound (*)(const CallSite&);

/// The binder of a function or null if there is none of that name (lower case).
Binder find_function(std::string_view name) noexcept;

// The parts of the library, one file each.
Binder find_number_function(std::string_view name) noexcept;
Binder find_text_function(std::string_view name) noexcept;
Binder find_pattern_function(std::string_view name) noexcept;
Binder find_date_function(std::string_view name) noexcept;
Binder find_conversion(std::string_view name) noexcept;
Binder find_logic_function(std::string_view name) noexcept;

/// Operators. Sites have two arguments (one for negate and plus) and carry the sign as name.
Bound bind_operator(Operator op, const CallSite& site);
Bound bind_power(const CallSite& site);
Bound bind_sign(NodeKind sign, const CallSite& site);
/// Truth of a value as a condition: boolean, never null.
Kernel truth_kernel(Storage storage);
/// Brings numbers from one storage to another: to float64, or between integers that fit. Null if it is the
/// same.
Kernel widen_kernel(Storage from, Storage to);

/// Validity of a result that is null if any argument is.
void all_valid(const KernelCall& call) noexcept;

}  // namespace parallax
