#include <gtest/gtest.h>

#include <protozero/pbf_reader.hpp>

#include "parallax/error.h"
#include "protocol/bytes.h"
#include "protocol/response.h"
#include "protocol/view_config.h"

namespace parallax::wire {
namespace {

using test::from_hex;
using test::to_hex;

std::string encode(std::uint32_t id, std::string_view entity, ResponseKind kind) {
  return to_hex(encode_response(id, entity, std::move(kind)));
}

// Vectors of the stock server.
TEST(Encode, MatchesTheStockBytes) {
  EXPECT_EQ(encode(2596788213u, "", GetHostedTablesResp{}), "08f5af9fd6092200");
  EXPECT_EQ(encode(1994947032, "one", MakeTableResp{}), "08d8f3a1b70712036f6e65da0100");
  EXPECT_EQ(encode(1024805133, "", GetHostedTablesResp{{{"rows", "id", std::nullopt}}}),
            "088d92d5e803220c0a0a0a04726f777312026964");
  EXPECT_EQ(encode(3206208950u, "tbl", ServerError{"Cannot delete table with views"}),
            "08b6bbebf80b120374626c9203200a1e43616e6e6f742064656c657465207461626c652077697468207669657773");
  EXPECT_EQ(encode(2760565198u, "gone", ServerError{"View not found", StatusCode::view_not_found}),
            "08cec3aba40a1204676f6e659203120a0e56696577206e6f7420666f756e641001");
}

TEST(Encode, WritesFieldsWithPresenceWhenZero) {
  EXPECT_EQ(encode(1, "", GetHostedTablesResp{{{"t", "", 0}}}),
            "080122090a070a0174120018"
            "00");
  EXPECT_EQ(encode(0, "", TableSizeResp{0}), "4200");
  EXPECT_EQ(encode(0, "", TableSizeResp{3}), "42021003");
}

TEST(Encode, KeepsEmptyNestedMessages) {
  EXPECT_EQ(encode(0, "", TableSchemaResp{}), "3a020a00");
  EXPECT_EQ(encode(0, "", TableSchemaResp{{{"", ColumnType::string}}}), "3a040a020a00");
  ViewConfig config;
  config.columns.emplace();
  EXPECT_EQ(encode(0, "", ViewGetConfigResp{config}), "72060a041a021200");
}

TEST(Encode, WritesMapEntriesInFull) {
  EXPECT_EQ(encode(0, "", ViewSchemaResp{{{"s", ColumnType::string}}}), "7a070a050a01731000");
  EXPECT_EQ(encode(0, "", TableValidateExprResp{{}, {{"b", {"no"}}}, {{"b", "1"}}}),
            "4a13"
            "1209"
            "0a0162"
            "12040a026e6f"
            "1a06"
            "0a0162"
            "120131");
}

TEST(Encode, WritesScalars) {
  EXPECT_EQ(encode(0, "", ViewGetMinMaxResp{1.0, std::string()}),
            "a2010f"
            "0a0921000000000000f03f"
            "12023200");
  EXPECT_EQ(encode(0, "", ViewGetMinMaxResp{false, std::monostate{}}),
            "a20108"
            "0a020800"
            "12023800");
}

TEST(Encode, WritesEventsWithSharedPayloads) {
  const auto bytes = std::make_shared<const TextBuffer>("xy");
  EXPECT_EQ(encode(1, "v", ViewOnUpdateResp{bytes, 0}), "0801120176aa01040a027879");
  EXPECT_EQ(encode(1, "v", ViewOnUpdateResp{bytes, 300}), "0801120176aa01070a02787910ac02");
  EXPECT_EQ(encode(1, "v", ViewOnUpdateResp{nullptr, 2}), "0801120176aa01021002");
  EXPECT_EQ(encode(1, "v", ViewOnUpdateResp{std::make_shared<const TextBuffer>(), 0}),
            "0801120176aa01020a00");
  EXPECT_EQ(encode(1, "v", ViewOnRemoveResp{bytes, 0}), "0801120176ba02040a027879");
}

TEST(Encode, PutsItsHeaderBeforeALargeText) {
  const std::string csv(300'000, 'c');
  for (const std::size_t headroom : {0, 3, 256}) {
    TextBuffer text(headroom);
    text.append(csv);
    const char* place = text.data();
    const TextBuffer frame = encode_response(5, "v", ViewToCsvResp{std::move(text)});
    EXPECT_EQ(frame.data() + frame.size() == place + csv.size(), headroom == 256);
    protozero::pbf_reader message{frame.data(), frame.size()};
    ASSERT_TRUE(message.next(25));
    auto body = message.get_message();
    ASSERT_TRUE(body.next(1));
    EXPECT_EQ(body.get_string(), csv);
    EXPECT_FALSE(body.next());
    EXPECT_FALSE(message.next());
  }
  EXPECT_EQ(encode(1, "v", ViewToCsvResp{}), "0801120176ca0100");
}

TEST(Encode, NotifiesOfHostedTablesWithTheIdAlone) {
  EXPECT_EQ(to_hex(encode_hosted_tables_changed(300)), "08ac02");
  EXPECT_EQ(to_hex(encode_hosted_tables_changed(0)), "0800");
}

ViewConfig full_config() {
  ViewConfig config;
  config.group_by = {"a", "a"};
  config.split_by = {"b"};
  config.columns = {"x", ""};
  config.filter = {{"x", "in", {1.5, std::string("t"), false, std::monostate{}}}, {"", "", {}}};
  config.sort = {{"x", SortOp::col_desc_abs}, {"", SortOp::none}};
  config.expressions = {{"e", "1"}};
  config.aggregates = {{"x", {"weighted mean", "y"}}, {"z", {}}};
  config.filter_op = FilterReducer::any;
  config.group_by_depth = 0;
  config.group_rollup_mode = GroupRollupMode::rollup;
  config.windows["w"] = {"x", "lag", {"p"}, Order{"t", true}, WindowSpec::Range{2.5}, 0, 0.5};
  config.windows["v"] = {"x", "sum", {}, std::nullopt, WindowSpec::Rows{0}, std::nullopt, std::nullopt};
  config.windows["u"] = {"x", "sum", {}, Order{}, WindowSpec::Cumulative{}, std::nullopt, std::nullopt};
  config.split_rollup_mode = SplitRollupMode::rollup;
  return config;
}

TEST(Encode, ConfigSurvivesTheWayThereAndBack) {
  const auto write = [](const ViewConfig& config) {
    std::string bytes;
    protozero::pbf_writer out{bytes};
    write_view_config(out, config);
    return bytes;
  };
  const std::string first = write(full_config());
  const ViewConfig back = read_view_config(protozero::pbf_reader{first});
  EXPECT_EQ(write(back), first);
  EXPECT_EQ(back.filter.size(), 2u);
  EXPECT_EQ(back.filter[0].value, full_config().filter[0].value);
  EXPECT_EQ(back.group_by_depth, 0u);
  EXPECT_EQ(back.windows.at("w").offset, 0u);
  EXPECT_EQ(back.aggregates.at("z"), std::vector<std::string>{});
}

}  // namespace
}  // namespace parallax::wire
