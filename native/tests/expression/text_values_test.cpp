// Work that is done once a distinct text, and work that is shared.
#include "expression/text_values.h"

#include <gtest/gtest.h>

#include "expression/evaluator.h"
#include "parallax/error.h"

namespace parallax {
namespace {

const std::vector<const char*> kNames{"ab", "cd", nullptr, "ef"};

RowBatch batch_of(std::size_t rows, const std::vector<const char*>& names) {
  RowBatch batch;
  batch.rows = rows;
  Column s(Storage::text), n(Storage::int32);
  for (std::size_t i = 0; i < rows; ++i) {
    const char* name = names[i % names.size()];
    if (name == nullptr)
      s.append_null();
    else
      s.append_text(name);
    n.append<std::int32_t>(static_cast<std::int32_t>(i));
  }
  batch.entries.push_back({0, std::move(s), std::nullopt});
  batch.entries.push_back({1, std::move(n), std::nullopt});
  return batch;
}

std::unique_ptr<Table> make_table(std::size_t rows) {
  return Table::from_batch(Schema({{"s", Storage::text}, {"n", Storage::int32}}), {}, batch_of(rows, kNames));
}

std::shared_ptr<const Program> compile(const Table& table, std::string_view source) {
  return Program::compile(source, RowModel{table.schema(), std::nullopt});
}

TEST(TextValues, ComputesEachTextThatOccursOnce) {
  const auto table = make_table(5000);
  const auto program = compile(*table, "length(concat(upper(\"s\"), '!')) + \"n\"");
  ASSERT_EQ(program->parts.size(), 1u);
  TextValues texts(program);
  ThreadPool pool(2);
  Column out(program->result());
  compute_column(*program, *table, out, texts, pool);
  EXPECT_EQ(texts.computed(), 4u);  // three texts and null
  EXPECT_EQ(out.value<double>(4001), 4004.0);
  EXPECT_FALSE(out.valid(4002));

  // Known texts cost nothing, a new one its own computation.
  ChangeBatch change = table->update(batch_of(4, {"ab", "new", nullptr, "cd"}));
  compute_rows(*program, *table, change.inserted.data(), change.inserted.size(), out, texts, pool);
  EXPECT_EQ(texts.computed(), 5u);
  EXPECT_EQ(out.value<double>(5001), 5.0);
  compute_column(*program, *table, out, texts, pool);
  EXPECT_EQ(texts.computed(), 5u);
}

TEST(TextValues, StartsAfreshWithTheDictionary) {
  const auto table = make_table(10);
  const auto program = compile(*table, "upper(\"s\")");
  TextValues texts(program);
  ThreadPool pool(1);
  Column out(program->result());
  compute_column(*program, *table, out, texts, pool);
  EXPECT_EQ(out.text(1), "CD");
  table->replace(batch_of(3, {"x", "y"}));
  Column fresh(program->result());
  compute_column(*program, *table, fresh, texts, pool);
  EXPECT_EQ(fresh.text(0), "X");
  EXPECT_EQ(fresh.text(1), "Y");
}

TEST(TextValues, FindsTheLargestPartOfOneText) {
  const auto table = make_table(1);
  const auto parts = [&](std::string_view source) { return compile(*table, source)->parts.size(); };
  EXPECT_EQ(parts("\"s\""), 0u);
  EXPECT_EQ(parts("\"s\" == 'ab' and contains(\"s\", 'b')"), 1u);
  EXPECT_EQ(parts("match(\"s\", 'a') ? \"n\" : length(\"s\")"), 2u);
  EXPECT_EQ(parts("substring(\"s\", \"n\")"), 0u);
  EXPECT_EQ(parts("concat(upper(\"s\"), string(random()))"), 1u);
  EXPECT_EQ(parts("var v[2]; indexof(\"s\", '(b)', v)"), 0u);
  EXPECT_EQ(compile(*table, "if (is_null(\"s\")) 'none'; else lower(\"s\")")->steps.size(), 1u);
}

TEST(Arrange, SharesWhatIsComputedTwice) {
  const auto table = make_table(1);
  const auto ops = [&](std::string_view source) { return compile(*table, source)->ops.size(); };
  EXPECT_EQ(ops("sqrt(\"n\") + sqrt(\"n\")"), ops("sqrt(\"n\") + 1") - 1);
  EXPECT_EQ(ops("var x := \"n\" * 2; x + \"n\" * 2"), ops("var x := \"n\" * 2; x + x"));
  EXPECT_LT(ops("match(\"s\", 'a') and match(\"s\", 'a')"), ops("match(\"s\", 'a') and match(\"s\", 'b')"));
  EXPECT_EQ(ops("random() - random()"), 3u);  // volatile calls stay apart
  EXPECT_EQ(ops("1 + 2 * 3"), 1u);            // constants are folded
}

}  // namespace
}  // namespace parallax
