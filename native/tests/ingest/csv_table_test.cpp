#include "ingest/csv_ingest.h"
#include "ingest/ingest_testing.h"

namespace parallax::testing {
namespace {

TEST(CsvTable, Types) {
  EXPECT_EQ(
      csv("i,f,s,b,d,t\n1,1.5,x,true,2020-01-02,2020-01-02 03:04:05\n,,,,,\n 007 "
          ",-.5,NA,FALSE,1969-12-31,2020-01-03\n"),
      "i:integer=1,null,7 f:float=1.5,null,-0.5 s:string=\"x\",\"\",\"NA\" b:boolean=true,null,false "
      "d:date=2020-01-02,null,1969-12-31 t:datetime=2020-01-02 03:04:05.000,null,2020-01-03 00:00:00.000");
  EXPECT_EQ(load(InputFormat::csv, "a\n1\n").schema[0].storage, Storage::int64);
}

TEST(CsvTable, WholeColumnDecides) {
  EXPECT_EQ(csv("a,b,c,d,e\n1,1,1,0x10,+5\ntrue,2.5,x,-3,6\n"),
            "a:boolean=true,true b:float=1.0,2.5 c:string=\"1\",\"x\" d:integer=16,-3 e:float=5.0,6.0");
  EXPECT_EQ(csv("a,b,c,d\ntRuE,12:30,2020-01-01,9223372036854775808\nfalse,03:04:05,12:30,1\n"),
            "a:string=\"tRuE\",\"false\" b:integer=45000,11045 c:string=\"2020-01-01\",\"12:30\" "
            "d:float=9223372036854776000.0,1.0");
  std::string text = "a,b,c\n";
  for (int i = 0; i < 300; ++i) text += "1,1,2020-01-01\n";
  const ParsedTable table = load(InputFormat::csv, text + "2.5,x,2020-01-01T10:00:00\n");
  EXPECT_EQ(table.schema[0].storage, Storage::float64);
  EXPECT_EQ(table.schema[1].storage, Storage::text);
  EXPECT_EQ(table.schema[2].storage, Storage::datetime);
  EXPECT_EQ(table.batch.entries[1].values.text(0), "1");
}

TEST(CsvTable, Nulls) {
  EXPECT_EQ(csv("a,b\n1.5,NA\n#N/A N/A,null\n-1.#QNAN,\ninf,\"\"\n"),
            "a:float=1.5,null,null,null b:string=null,null,null,null");
  EXPECT_EQ(csv("a,b\n1,x\n\"\",\"\"\n"), "a:integer=1,null b:string=\"x\",\"\"");
  EXPECT_EQ(csv("a,b\n"), "a:string= b:string=");
}

TEST(CsvTable, Quotes) {
  EXPECT_EQ(csv("a,b\r\n\"x,y\",\"he said \"\"hi\"\"\"\r\n\"two\r\nlines\",a\"b\r\n\"\",\"\"\"\"\r\n"),
            "a:string=\"x,y\",\"two\r\nlines\",\"\" b:string=\"he said \"hi\"\",\"a\"b\",\"\"\"");
  EXPECT_EQ(csv("a,b\n\"1\",\"2.5\"\n\"3\",4"), "a:integer=1,3 b:float=2.5,4.0");
  EXPECT_EQ(csv("a\n\"open,\nto the end\n"), "a:string=\"open,\nto the end\n\"");
  EXPECT_EQ(csv("a,b\n\"x\"y,z\n"), "a:string=\"xy\" b:string=\"z\"");
  EXPECT_EQ(csv("a,b\n\"x\"\"\"y\"z,w\r\n"), "a:string=\"x\"y\"z\" b:string=\"w\"");
}

TEST(CsvTable, Lines) {
  EXPECT_EQ(csv("\n\r\na,b\n\n1,2\r\n\r\n\n3,4"), "a:integer=1,3 b:integer=2,4");
  EXPECT_EQ(csv("a\n1\n\n2\n"), "a:integer=1,2");
  EXPECT_EQ(csv("\xEF\xBB\xBF"
                "a, b,\n1,2,3\n"),
            "a:integer=1  b:integer=2 :integer=3");
  EXPECT_EQ(csv("a,b\n1,"), "a:integer=1 b:string=null");
}

TEST(CsvTable, Names) {
  EXPECT_EQ(csv("a,a,a\n1,2.5,x\n"), "a:integer=1 a*:float=2.5 a**:string=\"x\"");
  EXPECT_EQ(csv("a,a*,a\n1,2,3\n"), "a:integer=1 a*:integer=2 a**:integer=3");
  EXPECT_EQ(csv("\"a b\",\"c,d\",\"e\"\"f\"\n1,2,3\n"), "a b:integer=1 c,d:integer=2 e\"f:integer=3");
}

TEST(CsvTable, Refusals) {
  for (const char* text : {"", "\n", "\r\n\n", "a,b", "a\xff\n1\n", "\xEF\xBB\xBF"}) {
    EXPECT_NE(error_of([&] { csv(text); }), "") << text;
  }
  EXPECT_EQ(error_of([] { csv("a,b\n1,2\n\n1,2,3\n"); }),
            "CSV line 4: the header has 2 columns, the row has 3: 1,2,3");
  EXPECT_EQ(error_of([] { csv("a,b\n\"x\ny\",2\n1"); }),
            "CSV line 4: the header has 2 columns, the row has 1: 1");
}

TEST(CsvTable, RowIds) {
  const ParsedTable table = load(InputFormat::csv, "a,__INDEX__\nx,5\ny,\n");
  EXPECT_EQ(show(table), "a:string=\"x\",\"y\"");
  EXPECT_EQ(cells(*table.batch.ids), "5,null");
  EXPECT_NE(error_of([] { csv("__INDEX__\nx\n"); }), "");
}

TEST(CsvTable, PartsReadAsOne) {
  const auto shown = [](std::string_view text, std::size_t part_bytes) {
    try {
      return show(parse_csv_table(text, std::nullopt, pool(), part_bytes));
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  for (const char* text : {
           "a,b\n1,x\n2,y\n3,z\n4,w\n5,v\n6,u",
           "a,b\r\n1,x\r\n\r\n2,\r\n\n3,z\r\n4,\r\n",
           "a,b\n1,\"x\n2,y\n3,z\n\"\n4,\"\"\"\n\"\n5,v\n6,\"u",
           "a,b\n1,\"x\n2,y\n3,z\n4,w\n5,v\n6,u\n",
           "a\n1\n2\n3\n4\n5.5\n6\nx\n8\n",
           "a\n\n\n2020-01-01\n2020-01-02\n2020-01-03 04:05\n2020-01-03\n",
           "a,b\n1,2\n3,4\n5,6\n7\n8,9\n",
           "a,b\n1,2\n3,4\n5,6\n7,8,9\n8,9\n",
           "a,b\n1,2\n3,\xff\n5,6\n",
           "a,b\n1,2\n3,4\n5,6\n7,",
       }) {
    const std::string whole = shown(text, std::size_t{1} << 30);
    for (const std::size_t part_bytes : {1, 2, 3, 5, 8, 13}) {
      EXPECT_EQ(shown(text, part_bytes), whole) << text << " in parts of " << part_bytes;
    }
  }
}

TEST(CsvTable, LargeInputsReadAsOne) {
  constexpr std::size_t kRows = 100'000;
  std::string text = "k,s,f\n";
  std::string odd;
  for (int i = 0; i < 60'000; ++i) odd += "1,2\n";  // looks like short rows, spans a part
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::string number = std::to_string(i);
    if (i == 40'000) {
      text += number + ",\"" + odd + "\",7\n";
    } else {
      text += number + ",\"line\n" + std::to_string(i % 100) + ",padding padding padding padding\"," +
              number + ".5\n";
    }
  }
  const ParsedTable table = load(InputFormat::csv, text);
  ASSERT_EQ(table.batch.rows, kRows);
  const Column& keys = table.batch.entries[0].values;
  const Column& texts = table.batch.entries[1].values;
  for (const std::size_t row : {0u, 39'999u, 40'001u, 99'999u}) {
    EXPECT_EQ(keys.value<std::int64_t>(row), static_cast<std::int64_t>(row));
    EXPECT_EQ(texts.text(row), "line\n" + std::to_string(row % 100) + ",padding padding padding padding");
  }
  EXPECT_EQ(texts.text(40'000), odd);
  EXPECT_EQ(texts.dictionary()->size(), 101u);
  EXPECT_EQ(table.batch.entries[2].values.value<double>(40'000), 7);
  EXPECT_TRUE(error_of([&] { csv(text + "1\n"); }).starts_with("CSV line 260001: "))
      << error_of([&] { csv(text + "1\n"); });
}

}  // namespace
}  // namespace parallax::testing
