// The ways to evaluate an expression must agree: column at a time with text parts looked up by code, without
// that, row by row, and some rows at a time.
#include <gtest/gtest.h>

#include "expression/evaluator.h"
#include "expression/text_values.h"
#include "expression_generator.h"

namespace parallax {
namespace {

constexpr std::size_t kRows = 2500;  // more than two vectors, the last one short

template <class T, class F>
Column column_of(Storage storage, std::mt19937_64& random, F&& value) {
  Column out(storage);
  for (std::size_t i = 0; i < kRows; ++i) {
    if (random() % 8 == 0 && i / 1024 != 1) {  // one vector without nulls
      out.append_null();
    } else if constexpr (std::is_same_v<T, std::string_view>) {
      out.append_text(value());
    } else {
      out.append<T>(static_cast<T>(value()));
    }
  }
  return out;
}

const Table& table() {
  static const auto made = [] {
    std::mt19937_64 random(7);
    const auto pick = [&](auto... values) {
      const std::array<std::common_type_t<decltype(values)...>, sizeof...(values)> all{values...};
      return all[random() % all.size()];
    };
    Schema schema({{"f", Storage::float64},
                   {"i", Storage::int32},
                   {"u", Storage::uint8},
                   {"s", Storage::text},
                   {"r", Storage::text},
                   {"b", Storage::boolean},
                   {"d", Storage::date},
                   {"t", Storage::datetime}});
    RowBatch batch;
    batch.rows = kRows;
    std::size_t at = 0;
    const auto add = [&](Column column) { batch.entries.push_back({at++, std::move(column), std::nullopt}); };
    const auto text = [&] {
      return std::string_view(pick("ab", "", "É x", "12", "bbb", "x y", "1e3", "Ab"));
    };
    add(column_of<double>(Storage::float64, random,
                          [&] { return pick(0.0, -0.0, 1.5, -2.25, 1e300, NAN, INFINITY, -3.0, 7.75); }));
    add(column_of<std::int32_t>(Storage::int32, random,
                                [&] { return pick(0, 1, -1, 3, 12, INT32_MAX, INT32_MIN); }));
    add(column_of<std::uint8_t>(Storage::uint8, random, [&] { return pick(0, 1, 200, 255); }));
    add(column_of<std::string_view>(Storage::text, random, text));
    add(column_of<std::string_view>(Storage::text, random, text));
    add(column_of<std::uint8_t>(Storage::boolean, random, [&] { return pick(0, 1); }));
    add(column_of<std::int32_t>(Storage::date, random,
                                [&] { return pick(0, -1, 19782, -800'000, 3'000'000); }));
    add(column_of<std::int64_t>(Storage::datetime, random,
                                [&] { return pick(0, -1, 1709214359123, -62'135'596'800'001); }));
    return Table::from_batch(schema, {}, std::move(batch));
  }();
  return *made;
}

std::shared_ptr<const Program> compile(const std::string& source) {
  const RowModel model{table().schema(), std::nullopt};
  try {
    return Program::compile(source, model);
  } catch (const ExpressionError&) {
    return nullptr;
  }
}

Column by_column(const std::shared_ptr<const Program>& program) {
  Column out(program->result());
  TextValues texts(program);
  ThreadPool pool(2);
  compute_column(*program, table(), out, texts, pool);
  return out;
}

Column by_rows(const std::shared_ptr<const Program>& program) {
  Column out(program->result());
  TextValues texts(program);
  ThreadPool pool(1);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < kRows; ++i) rows.push_back((i * 7 + 3) % kRows);
  for (std::size_t at = 0; at < kRows; at += 1700)
    compute_rows(*program, table(), rows.data() + at, std::min<std::size_t>(1700, kRows - at), out, texts,
                 pool);
  return out;
}

/// Every operation for every row, texts included.
Column without_parts(const Program& program) {
  Column out(program.result());
  out.resize(kRows);
  Evaluator evaluator(program);
  for (std::size_t at = 0; at < kRows; at += kLanes) {
    const std::size_t count = std::min(kLanes, kRows - at);
    const Lanes& lanes = evaluator.run(RowContext(table(), static_cast<std::uint32_t>(at)), count);
    for (std::size_t i = 0; i < count; ++i) {
      if (!lanes.valid(i)) continue;
      with_lane_type(out.storage(), [&](auto type) {
        using T = typename decltype(type)::type;
        if constexpr (std::is_same_v<T, std::string_view>)
          out.set<std::uint32_t>(at + i, out.dictionary()->intern(lanes.data<T>()[i]));
        else
          out.set<T>(at + i, lanes.data<T>()[i]);
      });
    }
  }
  return out;
}

/// The first row in which two columns differ.
std::optional<std::size_t> difference(const Column& a, const Column& b) {
  for (std::size_t row = 0; row < kRows; ++row) {
    if (!same_cell(a, row, b, row)) return row;
  }
  return std::nullopt;
}

TEST(Agreement, AllWaysToEvaluateAValueAgree) {
  ExpressionGenerator generator(20240229);
  std::size_t good = 0;
  std::size_t with_parts = 0;
  for (int i = 0; i < 700; ++i) {
    const std::string source = generator.value();
    const auto program = compile(source);
    const auto row_program = compile("var forces_rows[1]; " + source);
    ASSERT_EQ(program == nullptr, row_program == nullptr) << source;
    if (!program) continue;
    ++good;
    if (!program->parts.empty()) ++with_parts;
    ASSERT_FALSE(program->row_by_row) << source;
    ASSERT_TRUE(row_program->row_by_row) << source;
    ASSERT_EQ(program->result(), row_program->result()) << source;
    const Column expected = without_parts(*program);
    EXPECT_EQ(difference(by_column(program), expected), std::nullopt) << source;
    EXPECT_EQ(difference(by_rows(program), expected), std::nullopt) << source;
    EXPECT_EQ(difference(by_column(row_program), expected), std::nullopt) << source;
  }
  EXPECT_GT(good, 600u);
  EXPECT_GT(with_parts, 100u);
}

TEST(Agreement, StatementsGiveTheSameForAllRowsAndForSome) {
  ExpressionGenerator generator(5);
  std::size_t good = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string source = generator.statements();
    const auto program = compile(source);
    if (!program) continue;
    ++good;
    EXPECT_EQ(difference(by_column(program), by_rows(program)), std::nullopt) << source;
  }
  EXPECT_GT(good, 75u);
}

}  // namespace
}  // namespace parallax
