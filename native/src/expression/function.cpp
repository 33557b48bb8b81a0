#include "expression/function.h"

namespace parallax {

std::optional<std::string_view> CallSite::literal(std::size_t i) const noexcept {
  const Node* node = args_[i].node;
  if (node == nullptr || node->kind != NodeKind::text) return std::nullopt;
  return std::string_view(node->text);
}

void CallSite::fail(const std::string& problem) const {
  throw ExpressionError("Type Error - '" + std::string(name_) + "' " + problem, at_);
}

void CallSite::fail_type(std::size_t i, std::string_view wanted) const {
  const std::string found =
      args_[i].null_literal ? "null" : std::string(type_name(column_type(args_[i].storage)));
  fail("takes " + std::string(wanted) + " as argument " + std::to_string(i + 1) + ", not " + found);
}

void CallSite::need_count(std::size_t least, std::size_t most) const {
  if (size() >= least && size() <= most) return;
  std::string wanted = std::to_string(least);
  if (most > 1000)
    wanted += " or more";
  else if (most != least)
    wanted += " to " + std::to_string(most);
  throw ExpressionError("Invalid number of input parameters for call to function: '" + std::string(name_) +
                            "', it takes " + wanted + ", not " + std::to_string(size()),
                        at_);
}

void CallSite::need_number(std::size_t i) const {
  if (!number(i)) fail_type(i, "a number");
}

void CallSite::need_number_or_null(std::size_t i) const {
  if (!args_[i].null_literal) need_number(i);
}

void CallSite::need_text(std::size_t i) const {
  if (!is(i, Storage::text)) fail_type(i, "a string");
}

std::string_view CallSite::need_literal(std::size_t i) const {
  const auto text = literal(i);
  if (!text) fail_type(i, "a string literal");
  return *text;
}

Binder find_function(std::string_view name) noexcept {
  for (const auto find : {find_number_function, find_text_function, find_pattern_function, find_date_function,
                          find_conversion, find_logic_function}) {
    if (const Binder binder = find(name)) return binder;
  }
  return nullptr;
}

void all_valid(const KernelCall& call) noexcept {
  call.out.validity = call.args.empty() ? decltype(call.out.validity){} : call.args[0]->validity;
  if (call.args.empty()) call.out.fill_validity(true);
  for (std::size_t a = 1; a < call.args.size(); ++a) {
    for (std::size_t w = 0; w < call.out.validity.size(); ++w)
      call.out.validity[w] &= call.args[a]->validity[w];
  }
}

}  // namespace parallax
