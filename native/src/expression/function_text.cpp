// Functions of text (spec section "Text"). Lengths and places count Unicode code points.
#include <clocale>
#include <cmath>
#include <cwctype>
#include <map>
#include <string>

#include "expression/kernels.h"
#include "expression/utf8.h"

namespace parallax {
namespace {

using Text = std::string_view;

Bound concat(const CallSite& site) {
  site.need_count(1, 100'000);
  for (std::size_t i = 0; i < site.size(); ++i) site.need_text(i);
  const Kernel kernel = [](const KernelCall& call) {
    all_valid(call);
    Text* out = call.out.data<Text>();
    for (std::size_t i = 0; i < call.count; ++i) {
      out[i] = {};
      if (!call.out.valid(i)) continue;
      std::size_t size = 0;
      for (const Lanes* arg : call.args) size += arg->data<Text>()[i].size();
      char* to = call.arena.allocate(size);
      out[i] = {to, size};
      for (const Lanes* arg : call.args) {
        const Text part = arg->data<Text>()[i];
        if (!part.empty()) std::memcpy(to, part.data(), part.size());
        to += part.size();
      }
    }
  };
  return {Storage::text, kernel, Passed(site.size(), Storage::text)};
}

/// The locale whose tables map case; character data only, so nothing depends on the host's settings.
locale_t unicode() noexcept {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

std::uint32_t decode(Text text, std::size_t& at) noexcept {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  std::uint32_t code = first & (0x3f >> more);
  for (int i = 0; i < more && at < text.size(); ++i)
    code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
  return code;
}

void encode(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr unsigned char kLead[] = {0, 0xc0, 0xe0, 0xf0};
  out += static_cast<char>(kLead[more] | (code >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3f));
}

template <bool Upper>
void map_case(const KernelCall& call) {
  const Text* x = call.args[0]->data<Text>();
  Text* out = call.out.data<Text>();
  all_valid(call);
  std::string mapped;
  for (std::size_t i = 0; i < call.count; ++i) {
    mapped.clear();
    for (std::size_t at = 0; at < x[i].size();) {
      const std::uint32_t code = decode(x[i], at);
      if (code < 0x80 || unicode() == nullptr) {
        const bool change = Upper ? code >= 'a' && code <= 'z' : code >= 'A' && code <= 'Z';
        encode(mapped, change ? code ^ 0x20 : code);
      } else {
        encode(mapped, Upper ? towupper_l(code, unicode()) : towlower_l(code, unicode()));
      }
    }
    out[i] = call.arena.store(mapped);
  }
}

template <bool Upper>
Bound change_case(const CallSite& site) {
  site.need_count(1, 1);
  site.need_text(0);
  return {Storage::text, map_case<Upper>, {Storage::text}, nullptr, false, 16};
}

Bound length(const CallSite& site) {
  site.need_count(1, 1);
  site.need_text(0);
  return {Storage::float64,
          map_one<Text, double, [](Text x) { return static_cast<double>(count_characters(x)); }>,
          {Storage::text}};
}

/// Null unless 0 <= start < length and 0 <= n <= length - start.
bool cut(Text text, double start, double n, bool to_end, Text& out) {
  start = std::trunc(start);
  n = std::trunc(n);
  const auto size = static_cast<double>(count_characters(text));
  if (!(start >= 0 && start < size)) return false;
  if (to_end) n = size - start;
  if (!(n >= 0 && start + n <= size)) return false;
  const std::size_t from = byte_of_character(text, static_cast<std::size_t>(start));
  text.remove_prefix(from);
  out = text.substr(0, byte_of_character(text, static_cast<std::size_t>(n)));
  return true;
}

Bound substring(const CallSite& site) {
  site.need_count(2, 3);
  site.need_text(0);
  for (std::size_t i = 1; i < site.size(); ++i) site.need_number(i);
  Passed arguments(site.size(), Storage::float64);
  arguments[0] = Storage::text;
  const Kernel kernel = [](const KernelCall& call) {
    const Text* text = call.args[0]->data<Text>();
    const double* start = call.args[1]->data<double>();
    const bool to_end = call.args.size() == 2;
    const double* n = call.args.back()->data<double>();
    Text* out = call.out.data<Text>();
    all_valid(call);
    for (std::size_t i = 0; i < call.count; ++i) {
      out[i] = {};
      if (call.out.valid(i)) call.out.set_valid(i, cut(text[i], start[i], n[i], to_end, out[i]));
    }
  };
  return {Storage::text, kernel, std::move(arguments)};
}

/// Takes time in proportion to the text, whatever is sought.
bool holds(Text text, Text part) noexcept {
  if (part.empty()) return true;
  return text.size() >= part.size() && memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

Bound contains(const CallSite& site) {
  site.need_count(2, 2);
  site.need_text(0);
  auto needle = std::make_shared<const std::string>(site.need_literal(1));
  const Kernel kernel = [](const KernelCall& call) {
    const auto& part = *static_cast<const std::string*>(call.data);
    const Text* x = call.args[0]->data<Text>();
    auto* out = call.out.data<std::uint8_t>();
    for (std::size_t i = 0; i < call.count; ++i) out[i] = holds(x[i], part);
    call.out.validity = call.args[0]->validity;
  };
  return {Storage::boolean, kernel, {Storage::text, std::nullopt}, std::move(needle), false, 8};
}

Bound order(const CallSite& site) {
  site.need_count(2, 100'000);
  site.need_text(0);
  struct Places {
    std::map<std::string, double, std::less<>> of;
    double others;
  };
  auto places = std::make_shared<Places>();
  for (std::size_t i = 1; i < site.size(); ++i) {
    places->of.emplace(site.need_literal(i), static_cast<double>(i - 1));
  }
  places->others = static_cast<double>(site.size() - 1);
  const Kernel kernel = [](const KernelCall& call) {
    const auto& known = *static_cast<const Places*>(call.data);
    const Text* x = call.args[0]->data<Text>();
    double* out = call.out.data<double>();
    for (std::size_t i = 0; i < call.count; ++i) {
      const auto it = known.of.find(x[i]);
      out[i] = it == known.of.end() ? known.others : it->second;
    }
    call.out.validity = call.args[0]->validity;
  };
  Passed arguments(site.size());
  arguments[0] = Storage::text;
  return {Storage::float64, kernel, std::move(arguments), std::move(places)};
}

const std::map<std::string_view, Binder> kFunctions{
    {"concat", concat}, {"upper", change_case<true>}, {"lower", change_case<false>},
    {"length", length}, {"substring", substring},     {"contains", contains},
    {"order", order},
};

}  // namespace

Binder find_text_function(std::string_view name) noexcept {
  const auto it = kFunctions.find(name);
  return it == kFunctions.end() ? nullptr : it->second;
}

}  // namespace parallax
