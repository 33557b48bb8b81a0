// Joins: schemas, and that a join kept up to date equals one made afresh and one worked out the long way.
#include "view/join.h"

#include <gtest/gtest.h>

#include "parallax/error.h"
#include "table_maker.h"
#include "view/view_set.h"

namespace parallax {
namespace {

using testing::batch_of;
using testing::cell_text;
using testing::kNull;
using testing::table_of;
using testing::TableMaker;
using testing::Value;
using testing::view_text;

using Rows = std::vector<std::vector<Value>>;

Schema prefixed(const Schema& schema, const std::string& prefix) {
  std::vector<Field> fields = schema.fields();
  for (Field& field : fields) field.name = prefix + field.name;
  return Schema(fields);
}

std::string row_text(const Table& table, std::uint32_t row) {
  std::string out;
  for (std::size_t c = 0; c < table.schema().size(); ++c) out += cell_text(table.column(c), row) + '|';
  return out + '\n';
}

std::string table_text(const Table& table) {
  std::string out;
  for (const std::uint32_t row : table.natural_range(0, table.size())) out += row_text(table, row);
  return out;
}

/// What a key is equal by: its text, numbers without regard to width.
std::string key_text(const Table& table, std::size_t column, std::uint32_t row) {
  const std::string text = cell_text(table.column(column), row);
  return text == "-0.000000" ? "0.000000" : text == "-nan" ? "nan" : text;
}

/// The join by comparing every row with every other.
std::string expected_text(const Table& left, const Table& right, const JoinConfig& config) {
  const std::size_t left_key = *left.schema().find(config.on);
  const std::size_t right_key = *right.schema().find(config.right_on.empty() ? config.on : config.right_on);
  const auto line = [&](std::uint32_t l, std::uint32_t r) {
    std::string out;
    for (std::size_t c = 0; c < left.schema().size(); ++c) {
      out += (l != KeyIndex::kNone ? cell_text(left.column(c), l)
              : c == left_key      ? cell_text(right.column(right_key), r)
                                   : "null") +
             '|';
    }
    for (std::size_t c = 0; c < right.schema().size(); ++c) {
      if (c != right_key) out += (r != KeyIndex::kNone ? cell_text(right.column(c), r) : "null") + '|';
    }
    return out + '\n';
  };
  std::string out;
  Bitmap matched(right.row_numbers());
  const auto right_rows = right.natural_range(0, right.size());
  for (const std::uint32_t l : left.natural_range(0, left.size())) {
    bool any = false;
    for (const std::uint32_t r : right_rows) {
      if (!left.column(left_key).valid(l) || !right.column(right_key).valid(r)) continue;
      if (key_text(left, left_key, l) != key_text(right, right_key, r)) continue;
      out += line(l, r);
      matched.set(r);
      any = true;
    }
    if (!any && config.type != JoinType::inner) out += line(l, KeyIndex::kNone);
  }
  for (const std::uint32_t r : right_rows) {
    if (config.type == JoinType::outer && !matched.test(r)) out += line(KeyIndex::kNone, r);
  }
  return out;
}

std::string refusal(const Schema& left, const Schema& right, const JoinConfig& config) {
  try {
    (void)Join(table_of(left, {}), table_of(right, {}), config);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(JoinSchema, ChecksColumns) {
  const Schema left({{"id", Storage::int32}, {"x", Storage::int32}, {"u", Storage::uint64}});
  const Schema right({{"id", Storage::int64}, {"x", Storage::text}, {"f", Storage::float64}});
  EXPECT_EQ(refusal(left, right, {"zz", "", {}}), "Column \"zz\" not found in left table");
  EXPECT_EQ(refusal(left, right, {"u", "", {}}), "Column \"u\" not found in right table");
  EXPECT_EQ(refusal(left, right, {"id", "zz", {}}), "Column \"zz\" not found in right table");
  EXPECT_EQ(refusal(left, right, {"id", "", {}}), "Column \"x\" exists in both tables");
  EXPECT_EQ(refusal(left, right, {"x", "id", {}}), "Column \"x\" exists in both tables");
  EXPECT_EQ(
      refusal(left, right, {"x", "", {}}),
      "Join column type mismatch: \"x\" is integer in the left table, \"x\" is string in the right one");
  EXPECT_EQ(refusal(Schema({{"d", Storage::date}}), Schema({{"d", Storage::datetime}}), {"d", "", {}}),
            "Join column type mismatch: \"d\" is date in the left table, \"d\" is datetime in the right one");
  const Schema large({{"key", Storage::int64}});
  EXPECT_EQ(refusal(left, large, {"u", "key", JoinType::left}), "none");
  EXPECT_NE(refusal(left, large, {"u", "key", JoinType::outer}).find("64-bit"), std::string::npos);
}

TEST(JoinSchema, PlacesColumnsAndWidensTheKeyOfOuterJoins) {
  const Schema left({{"a", Storage::int8}, {"id", Storage::uint16}});
  const Schema right({{"x", Storage::text}, {"rid", Storage::int8}, {"y", Storage::boolean}});
  const JoinSchema inner(left, right, {"id", "rid", JoinType::inner});
  EXPECT_EQ(
      inner.schema.fields(),
      (std::vector<Field>{
          {"a", Storage::int8}, {"id", Storage::uint16}, {"x", Storage::text}, {"y", Storage::boolean}}));
  EXPECT_EQ(inner.result_column({1, 0}), 2u);
  EXPECT_EQ(inner.result_column({1, 1}), std::nullopt);
  EXPECT_EQ(inner.result_column({1, 2}), 3u);
  const JoinSchema outer(left, right, {"id", "rid", JoinType::outer});
  EXPECT_EQ(outer.schema[1].storage, Storage::int32);
  EXPECT_EQ(outer.result_column({1, 1}), 1u);
}

TEST(Join, OrdersByLeftThenRightThenUnmatched) {
  const auto left = table_of(Schema({{"id", Storage::int32}, {"x", Storage::text}}),
                             {{3.0, "c"}, {kNull, "n"}, {2.0, "b"}, {2.0, "B"}});
  const auto right = table_of(Schema({{"id", Storage::int64}, {"y", Storage::text}}),
                              {{9.0, "z"}, {2.0, "p"}, {kNull, "m"}, {2.0, "q"}});
  EXPECT_EQ(table_text(*Join(left, right, {"id", "", JoinType::inner}).table()),
            "2|b|p|\n2|b|q|\n2|B|p|\n2|B|q|\n");
  EXPECT_EQ(table_text(*Join(left, right, {"id", "", JoinType::left}).table()),
            "3|c|null|\nnull|n|null|\n2|b|p|\n2|b|q|\n2|B|p|\n2|B|q|\n");
  EXPECT_EQ(table_text(*Join(left, right, {"id", "", JoinType::outer}).table()),
            "3|c|null|\nnull|n|null|\n2|b|p|\n2|b|q|\n2|B|p|\n2|B|q|\n9|null|z|\nnull|null|m|\n");
}

TEST(Join, AMatchTakesThePlaceOfNone) {
  const auto left = table_of(Schema({{"id", Storage::int32}}), {{1.0}, {2.0}});
  const Schema right_schema({{"id", Storage::int32}, {"y", Storage::text}});
  const auto right =
      table_of(right_schema, {{9.0, "z"}, {7.0, "x"}, {1.0, "a"}}, {.index = "id", .limit = {}});
  Join join(left, right, {"id", "", JoinType::left});
  EXPECT_EQ(table_text(*join.table()), "1|a|\n2|null|\n");
  const ChangeBatch change = right->update(batch_of(right_schema, {{2.0, "b"}}));
  (void)join.apply(nullptr, &change);
  EXPECT_EQ(table_text(*join.table()), "1|a|\n2|b|\n");
  EXPECT_TRUE(join.table()->ordered_by_row_number());
}

TEST(Join, LargeUnsignedKeysAreNotNegativeOnes) {
  Column large(Storage::uint64);
  large.append<std::uint64_t>(0xffffffffffffffffu);
  large.append<std::uint64_t>(7);
  RowBatch batch;
  batch.rows = 2;
  batch.entries.push_back({0, std::move(large), std::nullopt});
  const std::shared_ptr<Table> left =
      Table::from_batch(Schema({{"u", Storage::uint64}}), {}, std::move(batch));
  const auto right = table_of(Schema({{"i", Storage::int64}}), {{-1.0}, {7.0}});
  EXPECT_EQ(table_text(*Join(left, right, {"u", "i", JoinType::inner}).table()), "7|\n");
}

/// Two sources, a join of theirs with views, and the check after each write.
class Pairing {
 public:
  Pairing(unsigned seed, const TableOptions& left, TableOptions right, const JoinConfig& config)
      : maker_(seed),
        config_(config),
        left_(make(TableMaker::schema(), left)),
        right_(make(prefixed(TableMaker::schema(), "r_"), renamed(std::move(right)))),
        join_(left_, right_, config),
        views_(join_.table(), pool_) {
    live_ = {views_.make({}), views_.make({.sort = {{"i", SortOp::desc}}}),
             views_.make({.group_by = {"s"}, .aggregates = {{"r_f", {"last"}}, {"f", {"first"}}}}),
             views_.make({.filter = {{"r_f", ">", {0.0}}}})};
    for (const auto& view : live_) view->track_changes(true);
  }

  void step() {
    const bool on_left = maker_.chance(50);
    Table& table = on_left ? *left_ : *right_;
    const ChangeBatch change = maker_.write(table, kKeys);
    views_.apply(on_left ? join_.apply(&change, nullptr) : join_.apply(nullptr, &change));
    check();
    table.recycle();
    join_.table()->recycle();
  }

  void check() {
    ASSERT_EQ(table_text(*join_.table()), expected_text(*left_, *right_, config_));
    ASSERT_EQ(table_text(*Join(left_, right_, config_).table()), table_text(*join_.table()));
    ViewSet apart(join_.table(), pool_);
    for (const auto& view : live_) {
      ASSERT_EQ(view_text(*view), view_text(*apart.make(view->plan().config)));
    }
  }

 private:
  static constexpr std::size_t kKeys = 40;

  static TableOptions renamed(TableOptions options) {
    if (options.index) options.index = "r_" + *options.index;
    return options;
  }
  std::shared_ptr<Table> make(const Schema& schema, TableOptions options) {
    return Table::from_batch(schema, std::move(options), maker_.batch(maker_.below(40), kKeys, false));
  }

  TableMaker maker_;
  ThreadPool pool_{1};
  JoinConfig config_;
  std::shared_ptr<Table> left_;
  std::shared_ptr<Table> right_;
  Join join_;
  ViewSet views_;
  std::vector<std::shared_ptr<View>> live_;
};

TEST(JoinRandom, LiveJoinsEqualFreshOnes) {
  const TableOptions kinds[] = {{}, {.index = "k", .limit = {}}, {.index = {}, .limit = 25}};
  const std::pair<const char*, const char*> keys[] = {{"k", "r_k"}, {"i", "r_l"}, {"l", "r_i"}, {"f", "r_e"},
                                                      {"s", "r_s"}, {"b", "r_b"}, {"d", "r_d"}, {"t", "r_t"}};
  unsigned seed = 1;
  for (const JoinType type : {JoinType::inner, JoinType::left, JoinType::outer}) {
    for (const auto& left : kinds) {
      for (const auto& right : kinds) {
        const auto& [on, right_on] = keys[seed % 8];
        SCOPED_TRACE("seed " + std::to_string(seed) + " on " + on);
        Pairing pairing(seed++, left, right, {on, right_on, type});
        for (int step = 0; step < 40; ++step) {
          pairing.step();
          if (::testing::Test::HasFatalFailure()) FAIL() << "step " << step;
        }
      }
    }
  }
}

/// One column of small numbers, many of them equal.
RowBatch numbers(TableMaker& maker, const Schema& schema) {
  Rows rows;
  for (std::size_t i = 1 + maker.below(4); i-- > 0;) rows.push_back({maker.value(Storage::int32)});
  return batch_of(schema, rows);
}

TEST(JoinRandom, SelfJoinsFollowBothSidesAtOnce) {
  const Schema schema({{"x", Storage::int32}});
  for (const JoinType type : {JoinType::inner, JoinType::left, JoinType::outer}) {
    TableMaker maker(7);
    const auto table = table_of(schema, {{1.0}, {2.0}, {2.0}}, {.index = {}, .limit = 12});
    const JoinConfig config{"x", "", type};
    Join join(table, table, config);
    for (int step = 0; step < 100; ++step) {
      RowBatch batch = numbers(maker, schema);
      if (table->size() > 0 && maker.chance(50)) {  // rows get other keys
        batch.ids.emplace(Storage::int64);
        const auto rows = table->natural_range(0, table->size());
        for (std::size_t i = 0; i < batch.rows; ++i) {
          batch.ids->append<std::int64_t>(table->row_id(rows[maker.below(rows.size())]));
        }
      }
      const ChangeBatch change =
          maker.chance(4) ? table->replace(std::move(batch)) : table->update(std::move(batch));
      (void)join.apply(&change, &change);
      ASSERT_EQ(table_text(*join.table()), expected_text(*table, *table, config)) << "step " << step;
      table->recycle();
      join.table()->recycle();
    }
  }
}

TEST(JoinRandom, JoinsOfJoinsFollowEveryPath) {
  const Schema schema({{"x", Storage::int32}});
  TableMaker maker(3);
  const std::shared_ptr<Table> base =
      Table::from_batch(TableMaker::schema(), {.index = "k", .limit = {}}, maker.batch(20, 30, false));
  const auto shared = table_of(schema, {{1.0}, {2.0}}, {.index = {}, .limit = 8});
  const JoinConfig first_config{"i", "x", JoinType::outer};
  const JoinConfig second_config{"l", "x", JoinType::left};
  Join first(base, shared, first_config);
  Join second(first.table(), shared, second_config);
  for (int step = 0; step < 150; ++step) {
    const bool on_base = maker.chance(50);
    const ChangeBatch change = on_base ? maker.write(*base, 30) : shared->update(numbers(maker, schema));
    const ChangeBatch middle = on_base ? first.apply(&change, nullptr) : first.apply(nullptr, &change);
    (void)second.apply(&middle, on_base ? nullptr : &change);
    ASSERT_EQ(table_text(*first.table()), expected_text(*base, *shared, first_config)) << "step " << step;
    ASSERT_EQ(table_text(*second.table()), expected_text(*first.table(), *shared, second_config))
        << "step " << step;
    for (const auto& table : {base, shared, first.table(), second.table()}) table->recycle();
  }
}

TEST(JoinCost, FollowsTheMatchesOfTheChangedRows) {
  const Schema left_schema({{"id", Storage::int32}, {"x", Storage::int32}});
  const Schema right_schema({{"id", Storage::int32}, {"y", Storage::text}});
  Rows many;
  Rows few;
  for (int i = 0; i < 10'000; ++i) many.push_back({i / 4.0 - i / 4 == 0 ? i / 4.0 : i / 4, double(i)});
  for (int i = 0; i < 2'500; ++i) few.push_back({double(i), "t" + std::to_string(i)});
  const TableOptions indexed{.index = "id", .limit = {}};
  const auto left = table_of(left_schema, many);
  const auto right = table_of(right_schema, few, indexed);
  Join join(left, right, {"id", "", JoinType::outer});
  ASSERT_EQ(join.table()->size(), 10'000u);

  const auto touched = [](const ChangeBatch& change) {
    return std::array{change.inserted.size(), change.updated.size(), change.removed.size()};
  };
  using Counts = std::array<std::size_t, 3>;
  const ChangeBatch renamed = right->update(batch_of(right_schema, {{17.0, "new"}}));
  const ChangeBatch seen = join.apply(nullptr, &renamed);
  EXPECT_EQ(touched(seen), (Counts{0, 4, 0}));
  ASSERT_EQ(seen.overwritten.size(), 1u);
  EXPECT_EQ(seen.overwritten[0].column, 2u);
  EXPECT_EQ(seen.overwritten[0].old.text(0), "t17");

  const ChangeBatch appended = left->update(batch_of(left_schema, {{17.0, -1.0}, {99'999.0, -2.0}}));
  EXPECT_EQ(touched(join.apply(&appended, nullptr)), (Counts{2, 0, 0}));
  EXPECT_TRUE(join.table()->ordered_by_row_number());

  Column gone(Storage::int32);
  gone.append<std::int32_t>(17);
  const ChangeBatch removed = right->remove(gone);
  EXPECT_EQ(touched(join.apply(nullptr, &removed)), (Counts{5, 0, 5}));
}

TEST(Join, ComputesAfreshAfterGivingUp) {
  const Schema schema({{"id", Storage::int32}});
  const auto left = table_of(schema, {{1.0}, {2.0}});
  const auto right = table_of(schema, {{2.0}});
  Join join(left, right, {"id", "", JoinType::left});
  EXPECT_TRUE(join.give_up().cleared);
  EXPECT_EQ(join.table()->size(), 0u);
  const ChangeBatch change = right->update(batch_of(schema, {{1.0}}));
  EXPECT_TRUE(join.apply(nullptr, &change).cleared);
  EXPECT_EQ(table_text(*join.table()), "1|\n2|\n");
}

}  // namespace
}  // namespace parallax
