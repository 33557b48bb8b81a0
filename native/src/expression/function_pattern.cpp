// Functions of RE2 patterns (spec section "Patterns"). Patterns are literals, compiled when the call is
// bound.
#include <re2/re2.h>

#include <map>

#include "expression/kernels.h"
#include "expression/steps.h"
#include "expression/utf8.h"

namespace parallax {
namespace {

using Text = std::string_view;

re2::StringPiece piece(Text text) noexcept { return {text.data(), text.size()}; }

std::shared_ptr<const RE2> compile(const CallSite& site, std::size_t argument, bool needs_group) {
  const Text pattern = site.need_literal(argument);
  if (pattern.empty()) site.fail("takes a pattern that is not empty");
  RE2::Options options;
  options.set_log_errors(false);
  auto re = std::make_shared<const RE2>(piece(pattern), options);
  if (!re->ok()) site.fail("cannot use the pattern '" + std::string(pattern) + "': " + re->error());
  if (needs_group && re->NumberOfCapturingGroups() < 1) {
    site.fail("takes a pattern with a group in round brackets");
  }
  return re;
}

/// The match of a pattern, its whole and its groups, in a text from `at` on.
bool find(const KernelCall& call, const RE2& re, Text text, std::size_t at, RE2::Anchor where,
          re2::StringPiece* groups, int wanted) {
  call.steps.search(text.size() - at, static_cast<std::size_t>(re.ProgramSize()));
  return re.Match(piece(text), at, text.size(), where, groups, wanted);
}

/// A call with the text as first argument.
Bound bound(Storage result, Kernel kernel, Passed arguments, std::shared_ptr<const RE2> re) {
  // Instructions, and the states that searches remember.
  const std::size_t memory = 16'384 + 64 * static_cast<std::size_t>(re->ProgramSize());
  return {result, kernel, std::move(arguments), std::move(re), false, 16, memory};
}

template <RE2::Anchor Where>
Bound match(const CallSite& site) {
  site.need_count(2, 2);
  site.need_text(0);
  const Kernel kernel = [](const KernelCall& call) {
    const auto& re = *static_cast<const RE2*>(call.data);
    const Text* x = call.args[0]->data<Text>();
    auto* out = call.out.data<std::uint8_t>();
    for (std::size_t i = 0; i < call.count; ++i) out[i] = find(call, re, x[i], 0, Where, nullptr, 0);
    call.out.validity = call.args[0]->validity;
  };
  return bound(Storage::boolean, kernel, {Storage::text, std::nullopt}, compile(site, 1, false));
}

Bound search(const CallSite& site) {
  site.need_count(2, 2);
  site.need_text(0);
  const Kernel kernel = [](const KernelCall& call) {
    const auto& re = *static_cast<const RE2*>(call.data);
    const Text* x = call.args[0]->data<Text>();
    Text* out = call.out.data<Text>();
    all_valid(call);
    for (std::size_t i = 0; i < call.count; ++i) {
      re2::StringPiece groups[2];
      out[i] = {};
      if (!call.out.valid(i)) continue;
      const bool found = find(call, re, x[i], 0, RE2::UNANCHORED, groups, 2) && !groups[1].empty();
      if (found)
        out[i] = Text(groups[1].data(), groups[1].size());
      else
        call.out.set_valid(i, false);
    }
  };
  return bound(Storage::text, kernel, {Storage::text, std::nullopt}, compile(site, 1, true));
}

/// Place of the first group of the first match, counted in characters: its first or its last one. For
/// `indexof`.
template <bool Last>
Bound group_end(const CallSite& site) {
  site.need_count(2, 2);
  site.need_text(0);
  const Kernel kernel = [](const KernelCall& call) {
    const auto& re = *static_cast<const RE2*>(call.data);
    const Text* x = call.args[0]->data<Text>();
    double* out = call.out.data<double>();
    all_valid(call);
    for (std::size_t i = 0; i < call.count; ++i) {
      re2::StringPiece groups[2];
      out[i] = 0;
      if (!call.out.valid(i)) continue;
      if (!find(call, re, x[i], 0, RE2::UNANCHORED, groups, 2) || groups[1].empty()) {
        call.out.set_valid(i, false);
        continue;
      }
      const auto begin = static_cast<std::size_t>(groups[1].data() - x[i].data());
      out[i] = static_cast<double>(count_characters(x[i].substr(0, begin)));
      if (Last) out[i] += static_cast<double>(count_characters({groups[1].data(), groups[1].size()})) - 1;
    }
  };
  return bound(Storage::float64, kernel, {Storage::text, std::nullopt}, compile(site, 1, true));
}

/// \0 … \9 in a rewrite are groups, \\ is a backslash. False if it names a group the pattern lacks. Ends
/// early when the text is too long.
bool expand(Text rewrite, const std::vector<re2::StringPiece>& groups, int known, std::string& out) {
  for (std::size_t at = 0; at < rewrite.size() && out.size() <= kMostTextBytes;) {
    const std::size_t escape = rewrite.find('\\', at);
    if (escape == Text::npos || escape + 1 == rewrite.size()) {
      out.append(rewrite.substr(at));
      break;
    }
    out.append(rewrite.substr(at, escape - at));
    const char next = rewrite[escape + 1];
    if (next >= '0' && next <= '9') {
      if (next - '0' > known) return false;
      const auto& group = groups[static_cast<std::size_t>(next - '0')];
      out.append(group.data(), group.size());
    } else {
      out += next;
    }
    at = escape + 2;
  }
  return true;
}

/// Replaces the first match or all; the text itself when nothing matches or the rewrite is wrong.
Text rewritten(const KernelCall& call, const RE2& re, Text text, Text rewrite, bool all) {
  const int known = re.NumberOfCapturingGroups();
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(std::min(known, 9)) + 1);
  std::string out;
  std::size_t copied = 0;
  bool any = false;
  for (std::size_t at = 0; at <= text.size() && out.size() <= kMostTextBytes;) {
    if (!find(call, re, text, at, RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size()))) break;
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = begin + groups[0].size();
    // An empty match right behind the last one is skipped.
    if (any && groups[0].empty() && begin == copied) {
      ++at;
      continue;
    }
    out.append(text.substr(copied, begin - copied));
    if (!expand(rewrite, groups, known, out)) return text;
    copied = end;
    any = true;
    if (!all) break;
    at = groups[0].empty() ? end + 1 : end;
  }
  if (!any) return text;
  out.append(text.substr(copied));
  return call.arena.store(out);
}

template <bool All>
Bound replace(const CallSite& site) {
  site.need_count(3, 3);
  site.need_text(0);
  site.need_text(2);
  auto re = compile(site, 1, false);
  const Kernel kernel = [](const KernelCall& call) {
    const auto& pattern = *static_cast<const RE2*>(call.data);
    const Text* x = call.args[0]->data<Text>();
    const Text* rewrite = call.args[1]->data<Text>();
    Text* out = call.out.data<Text>();
    all_valid(call);
    for (std::size_t i = 0; i < call.count; ++i) {
      out[i] = call.out.valid(i) ? rewritten(call, pattern, x[i], rewrite[i], All) : Text{};
    }
  };
  return bound(Storage::text, kernel, {Storage::text, std::nullopt, Storage::text}, std::move(re));
}

const std::map<std::string_view, Binder> kFunctions{
    {"match", match<RE2::UNANCHORED>},
    {"match_all", match<RE2::ANCHOR_BOTH>},
    {"search", search},
    {"replace", replace<false>},
    {"replace_all", replace<true>},
    // Names with a blank cannot be written in an expression: the compiler's own.
    {"indexof first", group_end<false>},
    {"indexof last", group_end<true>},
};

}  // namespace

Binder find_pattern_function(std::string_view name) noexcept {
  const auto it = kFunctions.find(name);
  return it == kFunctions.end() ? nullptr : it->second;
}

}  // namespace parallax
