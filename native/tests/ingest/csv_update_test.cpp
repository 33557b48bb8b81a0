#include "ingest/ingest_testing.h"

namespace parallax::testing {
namespace {

std::string one(Storage storage, std::string_view fields) {
  const Schema schema({{"a", storage}});
  return update(InputFormat::csv, schema, "a\n" + std::string(fields));
}

std::string refusal(Storage storage, std::string_view field) {
  return error_of([&] { one(storage, "\"\"\n" + std::string(field) + "\n"); });
}

TEST(CsvUpdate, FieldsByColumnType) {
  EXPECT_EQ(one(Storage::int32, "1\n 5 \n007\n0x1F\n-2147483648\nNA\n\"\"\n"),
            "a=1,5,7,31,-2147483648,null,null");
  EXPECT_EQ(one(Storage::uint8, "255\n0\n"), "a=255,0");
  EXPECT_EQ(one(Storage::uint64, "18446744073709551615\n"), "a=18446744073709551615");
  EXPECT_EQ(one(Storage::float64, "1\n+2.5\n1e3\n.5\n-7.\nnan\ninf\n"),
            "a=1.0,2.5,1000.0,0.5,-7.0,null,null");
  EXPECT_EQ(one(Storage::float32, "0.5\n"), "a=0.5");
  EXPECT_EQ(one(Storage::text, "001\n\" sp \"\nNA\n\"\"\n"), "a=\"001\",\" sp \",\"NA\",\"\"");
  EXPECT_EQ(one(Storage::boolean, "true\nFALSE\n1\n0\nTrue\n\"\"\n"), "a=true,false,true,false,true,null");
  EXPECT_EQ(one(Storage::date, "2020-01-02\n 1969-12-31 \nnull\n"), "a=2020-01-02,1969-12-31,null");
  EXPECT_EQ(
      one(Storage::datetime, "1577934245001\n-1\n2020-01-02\n\"1/2/2020, 3:04:05 PM\"\n01/02/2020\n"),
      "a=2020-01-02 03:04:05.001,1969-12-31 23:59:59.999,2020-01-02 00:00:00.000,2020-01-02 15:04:05.000,"
      "2020-01-02 00:00:00.000");
}

TEST(CsvUpdate, Refusals) {
  EXPECT_EQ(refusal(Storage::int32, "x"), "CSV line 3, column \"a\": \"x\" is no integer of 32 bits");
  for (const char* field : {"+1", "1.0", "1e3", "2147483648", "0x", "1 2", "0x-1", "--1"}) {
    EXPECT_NE(refusal(Storage::int32, field), "") << field;
  }
  for (const char* field : {"x", "true", "0x10", "1,5", "infinit", "NAN", ".", "+-1"})
    EXPECT_NE(refusal(Storage::float64, field), "") << field;
  for (const char* field : {"yes", "2", " true", "T"})
    EXPECT_NE(refusal(Storage::boolean, field), "") << field;
  for (const char* field : {"soon", "12:30", "2020-01-02 00:00", "2020-1-2", "2020-02-30", "1/2/2020", "0"}) {
    EXPECT_NE(refusal(Storage::date, field), "") << field;
  }
  for (const char* field :
       {"soon", "12:30", "2020/01/02", " 2020-01-02", "1/2/2020 3:04", "2/30/2020", "1.5"}) {
    EXPECT_NE(refusal(Storage::datetime, field), "") << field;
  }
  EXPECT_NE(refusal(Storage::uint8, "256"), "");
  EXPECT_NE(refusal(Storage::uint8, "-1"), "");
  EXPECT_NE(refusal(Storage::float32, "1e300"), "");
}

TEST(CsvUpdate, ColumnsByName) {
  const Schema schema({{"k", Storage::int32}, {"s", Storage::text}, {"f", Storage::float64}});
  EXPECT_EQ(update(InputFormat::csv, schema, "zz,s,k\nbad,b,2\n,n,7\n"), "s=\"b\",\"n\" k=2,7");
  EXPECT_EQ(update(InputFormat::csv, schema, "k,s\n"), "k= s=");
  EXPECT_EQ(update(InputFormat::csv, schema, "__INDEX__,s\n1,a\n,b\n"), "#=1,null s=\"a\",\"b\"");
  EXPECT_EQ(update(InputFormat::csv, schema, "__INDEX__,s\n1,a\n", 0), "k=1 s=\"a\"");
  EXPECT_NE(error_of([&] { update(InputFormat::csv, schema, ""); }), "");
  EXPECT_NE(error_of([&] { update(InputFormat::csv, schema, "k,s\n1\n"); }), "");
}

}  // namespace
}  // namespace parallax::testing
