#include "view/filter.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <string>

#include "parallax/error.h"
#include "view/filter_terms.h"

namespace parallax {

/// One term. evaluate() writes a bit a row of one column segment; bits of rows that are not live may be
/// anything.
struct RowFilter::Term {
  virtual ~Term() = default;
  /// Brings caches up to date; evaluate() may then run on several threads. A pool may be null.
  virtual void prepare(ThreadPool* /*pool*/) {}
  virtual void evaluate(std::size_t segment, std::size_t rows, std::uint64_t* out) const = 0;
  [[nodiscard]] virtual bool passes(std::uint32_t row) const = 0;
};

namespace {

/// out bit i = test(i). Tests whole words into bytes first, which the compiler vectorises.
template <class Test>
void pack_bits(std::size_t rows, std::uint64_t* out, Test&& test) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t kGather = 0x0102040810204080;  // moves the low bits of eight bytes into the top one
  std::size_t row = 0;
  for (; row + 64 <= rows; row += 64, ++out) {
    std::array<std::uint8_t, 64> flags;
    for (std::size_t i = 0; i < 64; ++i) flags[i] = test(row + i);
    std::array<std::uint64_t, 8> bytes;
    std::memcpy(bytes.data(), flags.data(), sizeof flags);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i) word |= (bytes[i] * kGather) >> 56 << (8 * i);
    *out = word;
  }
  if (row == rows) return;
  *out = 0;
  for (std::size_t i = 0; row + i < rows; ++i) *out |= std::uint64_t{test(row + i)} << i;
}

void apply_validity(const std::uint64_t* validity, std::size_t rows, bool null_passes, std::uint64_t* out) {
  for (std::size_t w = 0; w < bitmap_words(rows); ++w) {
    out[w] = (out[w] & validity[w]) | (null_passes ? ~validity[w] : 0);
  }
}

void fill(std::uint64_t* out, std::size_t rows, bool on) {
  std::fill_n(out, bitmap_words(rows), on ? ~std::uint64_t{0} : 0);
}

struct ConstantTerm final : RowFilter::Term {
  explicit ConstantTerm(bool kept) : keeps(kept) {}
  void evaluate(std::size_t, std::size_t rows, std::uint64_t* out) const override { fill(out, rows, keeps); }
  bool passes(std::uint32_t) const override { return keeps; }
  bool keeps;
};

/// A term on the cells of one column. The column is looked up each time: a cleared table has new ones.
struct ColumnTerm : RowFilter::Term {
  ColumnTerm(const ViewSource& from, std::size_t at) : source(from), position(at) {}
  [[nodiscard]] const Column& column() const noexcept { return source.column(position); }
  const ViewSource& source;
  std::size_t position;
};

struct NullTerm final : ColumnTerm {
  NullTerm(const ViewSource& from, std::size_t at, bool null) : ColumnTerm(from, at), wants_null(null) {}
  void evaluate(std::size_t segment, std::size_t rows, std::uint64_t* out) const override {
    fill(out, rows, !wants_null);
    apply_validity(column().segment_validity(segment), rows, wants_null, out);
  }
  bool passes(std::uint32_t row) const override { return column().valid(row) != wants_null; }
  bool wants_null;
};

/// least <= value <= most, or the opposite; nothing is between if least > most. NaN never is.
template <class T>
struct RangeTerm final : ColumnTerm {
  RangeTerm(const ViewSource& from, std::size_t at, T lower, T upper, bool opposite)
      : ColumnTerm(from, at), least(lower), most(upper), negated(opposite) {}
  [[nodiscard]] bool test(T value) const noexcept { return ((value >= least) & (value <= most)) != negated; }
  void evaluate(std::size_t segment, std::size_t rows, std::uint64_t* out) const override {
    const T* values = column().template segment_values<T>(segment);
    pack_bits(rows, out, [&](std::size_t i) { return test(values[i]); });
    apply_validity(column().segment_validity(segment), rows, negated, out);
  }
  bool passes(std::uint32_t row) const override {
    return column().valid(row) ? test(column().template value<T>(row)) : negated;
  }
  T least;
  T most;
  bool negated;
};

template <class T>
struct SetTerm final : ColumnTerm {
  SetTerm(const ViewSource& from, std::size_t at, std::vector<T> among, bool opposite)
      : ColumnTerm(from, at), values(std::move(among)), negated(opposite) {
    std::sort(values.begin(), values.end());
  }
  [[nodiscard]] bool test(T value) const noexcept {
    const auto at = std::lower_bound(values.begin(), values.end(), value);
    return (at != values.end() && *at == value) != negated;  // a NaN is nowhere
  }
  void evaluate(std::size_t segment, std::size_t rows, std::uint64_t* out) const override {
    const T* cells = column().template segment_values<T>(segment);
    pack_bits(rows, out, [&](std::size_t i) { return test(cells[i]); });
    apply_validity(column().segment_validity(segment), rows, negated, out);
  }
  bool passes(std::uint32_t row) const override {
    return column().valid(row) ? test(column().template value<T>(row)) : negated;
  }
  std::vector<T> values;
  bool negated;
};

using TextTest = std::function<bool(std::string_view)>;

/// A test of texts, made once a dictionary entry.
struct TextTerm final : ColumnTerm {
  TextTerm(const ViewSource& from, std::size_t at, TextTest of, bool null)
      : ColumnTerm(from, at), test(std::move(of)), null_passes(null) {}

  void prepare(ThreadPool* pool) override {
    const Dictionary& texts = *column().dictionary();
    if (dictionary != texts.id()) {
      dictionary = texts.id();
      judged = 0;
      verdicts.clear();
    }
    if (texts.count() == judged) return;
    std::vector<std::uint32_t> fresh;
    fresh.reserve(texts.count() - judged);
    texts.for_each_since(judged, [&](std::uint32_t code) { fresh.push_back(code); });
    judged = texts.count();
    verdicts.resize(texts.size());
    const auto judge = [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) verdicts[fresh[i]] = test(texts.text(fresh[i]));
    };
    if (pool != nullptr) {
      pool->for_morsels(fresh.size(), judge);
    } else {
      judge(0, fresh.size());
    }
  }
  void evaluate(std::size_t segment, std::size_t rows, std::uint64_t* out) const override {
    if (verdicts.empty()) {  // every cell is null
      fill(out, rows, null_passes);
      return;
    }
    const std::uint32_t* codes = column().segment_values<std::uint32_t>(segment);
    const std::uint8_t* passed = verdicts.data();
    pack_bits(rows, out, [&](std::size_t i) { return passed[codes[i]] != 0; });
    apply_validity(column().segment_validity(segment), rows, null_passes, out);
  }
  bool passes(std::uint32_t row) const override {
    return column().valid(row) ? verdicts[column().value<std::uint32_t>(row)] != 0 : null_passes;
  }

  TextTest test;
  bool null_passes;
  std::uint64_t dictionary = 0;        // id
  std::uint32_t judged = 0;            // so many of its texts
  std::vector<std::uint8_t> verdicts;  // by code
};

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

/// `folded` is in lower case.
bool same_folded(std::string_view text, std::string_view folded) noexcept {
  return std::equal(text.begin(), text.end(), folded.begin(), folded.end(),
                    [](char a, char b) { return lower(a) == b; });
}

bool begins(std::string_view text, std::string_view folded) noexcept {
  return text.size() >= folded.size() && same_folded(text.substr(0, folded.size()), folded);
}
bool ends(std::string_view text, std::string_view folded) noexcept {
  return text.size() >= folded.size() && same_folded(text.substr(text.size() - folded.size()), folded);
}
bool contains(std::string_view text, std::string_view folded) noexcept {
  return std::search(text.begin(), text.end(), folded.begin(), folded.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end() ||
         folded.empty();
}

/// A regular expression that does not compile matches nothing, negated or not.
TextTest match_test(const std::string& pattern, bool negated) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto expression = std::make_shared<re2::RE2>(pattern, options);
  if (!expression->ok()) return [](std::string_view) { return false; };
  return [expression, negated](std::string_view text) {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression) != negated;
  };
}

TextTest text_test(FilterOperator op, const std::string& operand) {
  const std::string folded = lower(operand);
  switch (op) {
    case FilterOperator::equal:
      return [operand](std::string_view text) { return text == operand; };
    case FilterOperator::not_equal:
      return [operand](std::string_view text) { return text != operand; };
    case FilterOperator::less:
      return [operand](std::string_view text) { return text < operand; };
    case FilterOperator::less_equal:
      return [operand](std::string_view text) { return text <= operand; };
    case FilterOperator::greater:
      return [operand](std::string_view text) { return text > operand; };
    case FilterOperator::greater_equal:
      return [operand](std::string_view text) { return text >= operand; };
    case FilterOperator::begins_with:
      return [folded](std::string_view text) { return begins(text, folded); };
    case FilterOperator::ends_with:
      return [folded](std::string_view text) { return ends(text, folded); };
    case FilterOperator::contains:
      return [folded](std::string_view text) { return contains(text, folded); };
    case FilterOperator::not_begins_with:
      return [folded](std::string_view text) { return !begins(text, folded); };
    case FilterOperator::not_ends_with:
      return [folded](std::string_view text) { return !ends(text, folded); };
    case FilterOperator::not_contains:
      return [folded](std::string_view text) { return !contains(text, folded); };
    default:
      return match_test(operand, op == FilterOperator::not_matches);
  }
}

/// The operand as a number of the column's unit; none for one that no cell of the column can hold or meet.
std::optional<long double> cell_value(ColumnType type, const Scalar& operand) {
  if (type == ColumnType::boolean) {
    const auto flag = boolean_operand(operand);
    return flag ? std::optional<long double>(*flag) : std::nullopt;
  }
  if (type == ColumnType::date || type == ColumnType::datetime) {
    const auto time = time_operand(type, operand);
    return time ? std::optional<long double>(static_cast<long double>(*time)) : std::nullopt;
  }
  return number_operand(operand);
}

template <class T>
struct Range {
  T least = 1;  // empty
  T most = 0;
};

template <class T>
Range<T> integer_range(FilterOperator op, long double value) {
  constexpr auto kLeast = static_cast<long double>(std::numeric_limits<T>::min());
  constexpr auto kMost = static_cast<long double>(std::numeric_limits<T>::max());
  long double least = kLeast;
  long double most = kMost;
  if (op == FilterOperator::less) {
    most = std::ceil(value) - 1;
  } else if (op == FilterOperator::less_equal) {
    most = std::floor(value);
  } else if (op == FilterOperator::greater) {
    least = std::floor(value) + 1;
  } else if (op == FilterOperator::greater_equal) {
    least = std::ceil(value);
  } else {
    least = std::ceil(value);
    most = std::floor(value);
  }
  least = std::max(least, kLeast);
  most = std::min(most, kMost);
  if (!(least <= most)) return {};  // also NaN
  return {static_cast<T>(least), static_cast<T>(most)};
}

template <class T>
Range<T> float_range(FilterOperator op, long double exact) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const T value = static_cast<T>(exact);
  if (std::isnan(value)) return {};
  switch (op) {
    case FilterOperator::less:
      return value == -kInfinity ? Range<T>{} : Range<T>{-kInfinity, std::nextafter(value, -kInfinity)};
    case FilterOperator::less_equal:
      return {-kInfinity, value};
    case FilterOperator::greater:
      return value == kInfinity ? Range<T>{} : Range<T>{std::nextafter(value, kInfinity), kInfinity};
    case FilterOperator::greater_equal:
      return {value, kInfinity};
    default:
      return {value, value};
  }
}

template <class T>
Range<T> range_of(FilterOperator op, long double value) {
  if constexpr (std::is_floating_point_v<T>) {
    return float_range<T>(op, value);
  } else {
    return integer_range<T>(op, value);
  }
}

using TermPtr = std::unique_ptr<RowFilter::Term>;

TermPtr list_term(const ViewSource& source, std::size_t column, bool negated,
                  const std::vector<Scalar>& operands) {
  const Storage storage = source.schema()[column].storage;
  if (storage == Storage::text) {
    std::vector<std::string> texts;
    for (const auto& operand : operands) {
      if (const auto* text = std::get_if<std::string>(&operand)) texts.push_back(*text);
    }
    std::sort(texts.begin(), texts.end());
    const auto test = [texts, negated](std::string_view text) {
      return std::binary_search(texts.begin(), texts.end(), text, std::less<std::string_view>()) != negated;
    };
    return std::make_unique<TextTerm>(source, column, test, negated);
  }
  return with_storage(storage, [&](auto type) -> TermPtr {
    using T = typename decltype(type)::type;
    std::vector<T> values;
    for (const auto& operand : operands) {
      const auto value = cell_value(column_type(storage), operand);
      if (!value) continue;
      const Range<T> one = range_of<T>(FilterOperator::equal, *value);
      if (one.least <= one.most) values.push_back(one.least);
    }
    return std::make_unique<SetTerm<T>>(source, column, std::move(values), negated);
  });
}

/// Null comes before every value, and is none; so does an operand of another type than the column's.
TermPtr compare_with_null(const ViewSource& source, std::size_t column, FilterOperator op) {
  if (op == FilterOperator::greater || op == FilterOperator::greater_equal) {
    return std::make_unique<NullTerm>(source, column, false);
  }
  return std::make_unique<ConstantTerm>(op == FilterOperator::not_equal);
}

/// A text operator where there is no text, in the column or the operand: what is found nowhere is in no value
/// that is there.
TermPtr without_text(const ViewSource& source, std::size_t column, FilterOperator op) {
  if (op == FilterOperator::not_begins_with || op == FilterOperator::not_ends_with ||
      op == FilterOperator::not_contains) {
    return std::make_unique<NullTerm>(source, column, false);
  }
  return std::make_unique<ConstantTerm>(false);
}

TermPtr compare_term(const ViewSource& source, std::size_t column, FilterOperator op, const Scalar& operand) {
  const bool negated = op == FilterOperator::not_equal;
  const Storage storage = source.schema()[column].storage;
  if (storage == Storage::text) {
    if (const auto* text = std::get_if<std::string>(&operand)) {
      return std::make_unique<TextTerm>(source, column, text_test(op, *text), negated);
    }
  }
  if (is_text_operator(op)) return without_text(source, column, op);
  if (storage == Storage::text) return compare_with_null(source, column, op);
  const auto value = cell_value(column_type(storage), operand);
  if (!value) return compare_with_null(source, column, op);
  return with_storage(storage, [&](auto type) -> TermPtr {
    using T = typename decltype(type)::type;
    const Range<T> range = range_of<T>(negated ? FilterOperator::equal : op, *value);
    return std::make_unique<RangeTerm<T>>(source, column, range.least, range.most, negated);
  });
}

TermPtr make_term(const ViewSource& source, const FilterTerm& asked) {
  const FilterTerm term = complete_filter_term(source.schema(), asked);
  const std::size_t column = *source.schema().find(term.column);
  const FilterOperator op = *find_filter_operator(term.op);
  switch (op) {
    case FilterOperator::is_null:
    case FilterOperator::is_not_null:
      return std::make_unique<NullTerm>(source, column, op == FilterOperator::is_null);
    case FilterOperator::in:
    case FilterOperator::not_in:
      return list_term(source, column, op == FilterOperator::not_in, term.operands);
    default:
      return compare_term(source, column, op, term.operands.front());
  }
}

}  // namespace

RowFilter::RowFilter(const ViewSource& source, const std::vector<FilterTerm>& terms, FilterOp op)
    : source_(&source), op_(op) {
  for (const auto& term : terms) terms_.push_back(make_term(source, term));
}
RowFilter::~RowFilter() = default;
RowFilter::RowFilter(RowFilter&&) noexcept = default;
RowFilter& RowFilter::operator=(RowFilter&&) noexcept = default;

bool RowFilter::keeps_all() const noexcept { return terms_.empty(); }

Bitmap RowFilter::select(ThreadPool& pool) const {
  Bitmap selected = source_->table().live_rows();
  if (terms_.empty()) return selected;
  for (const auto& term : terms_) term->prepare(&pool);
  pool.for_morsels(selected.size(), [&](std::size_t begin, std::size_t end) {
    static thread_local std::array<std::uint64_t, bitmap_words(kMorselRows)> passed;
    std::array<std::uint64_t, bitmap_words(kMorselRows)> any{};
    const std::size_t rows = end - begin;
    const std::size_t words = bitmap_words(rows);
    std::uint64_t* out = selected.words() + begin / 64;
    for (const auto& term : terms_) {
      term->evaluate(begin / kMorselRows, rows, passed.data());
      for (std::size_t w = 0; w < words; ++w) {
        if (op_ == FilterOp::all) {
          out[w] &= passed[w];
        } else {
          any[w] |= passed[w];
        }
      }
    }
    if (op_ == FilterOp::any) {
      for (std::size_t w = 0; w < words; ++w) out[w] &= any[w];
    }
  });
  return selected;
}

bool RowFilter::passes(std::uint32_t row) const {
  for (const auto& term : terms_) {
    term->prepare(nullptr);
    if (term->passes(row) != (op_ == FilterOp::all)) return op_ == FilterOp::any;
  }
  return op_ == FilterOp::all || terms_.empty();
}

}  // namespace parallax
