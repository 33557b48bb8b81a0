#include <arrow_ipc_generated.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "emit/emit.h"
#include "parallax/error.h"
#include "slices.h"

namespace parallax {
namespace {

using namespace testing;

struct Part {
  const arrow::Message* message;
  std::string_view body;
};

/// The messages of a stream, each checked to be framed and aligned as the format asks.
std::vector<Part> parts_of(std::string_view stream) {
  std::vector<Part> parts;
  std::size_t at = 0;
  for (;;) {
    std::uint32_t prefix[2];
    std::memcpy(prefix, stream.data() + at, sizeof prefix);
    at += sizeof prefix;
    EXPECT_EQ(prefix[0], 0xffffffffu);
    if (prefix[1] == 0) break;
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(stream.data()) + at, prefix[1]);
    EXPECT_TRUE(verifier.VerifyBuffer<arrow::Message>(nullptr));
    const auto* message = flatbuffers::GetRoot<arrow::Message>(stream.data() + at);
    at += prefix[1];
    EXPECT_EQ(at % 8, 0u);
    const auto size = static_cast<std::size_t>(message->body_length());
    EXPECT_EQ(size % 8, 0u);
    parts.push_back({message, std::string_view(stream).substr(at, size)});
    at += size;
  }
  EXPECT_EQ(at, stream.size());
  return parts;
}

template <class T>
std::vector<T> values_of(const Part& part, const arrow::RecordBatchInfo& batch, unsigned buffer) {
  const auto* span = batch.buffers()->Get(buffer);
  std::vector<T> values(static_cast<std::size_t>(span->length()) / sizeof(T));
  std::memcpy(values.data(), part.body.data() + span->offset(), values.size() * sizeof(T));
  return values;
}

TEST(ToArrow, SchemaDictionaryAndBatch) {
  ThreadPool pool(2);
  ViewSlice slice;
  add(slice, "s", texts({"b", "a", {}, "b", ""}));
  add(slice, "f", floats({1, 2, 3, {}, 5}));
  const TextBuffer stream = to_arrow(slice, {}, pool);
  const auto parts = parts_of(stream);
  ASSERT_EQ(parts.size(), 3u);

  const auto* schema = parts[0].message->header_as_SchemaInfo();
  ASSERT_NE(schema, nullptr);
  ASSERT_EQ(schema->fields()->size(), 2u);
  EXPECT_EQ(schema->fields()->Get(0)->name()->str(), "s");
  EXPECT_EQ(schema->fields()->Get(0)->type_type(), arrow::FieldType::Utf8Type);
  EXPECT_EQ(schema->fields()->Get(0)->dictionary()->index_type()->bit_width(), 32);
  EXPECT_FALSE(schema->fields()->Get(0)->dictionary()->is_ordered());
  EXPECT_TRUE(schema->fields()->Get(1)->nullable());

  const auto* dictionary = parts[1].message->header_as_DictionaryBatchInfo();
  ASSERT_NE(dictionary, nullptr);
  EXPECT_EQ(dictionary->data()->length(), 3);
  EXPECT_EQ(values_of<std::int32_t>(parts[1], *dictionary->data(), 1),
            (std::vector<std::int32_t>{0, 1, 2, 2}));
  EXPECT_EQ(values_of<char>(parts[1], *dictionary->data(), 2), (std::vector<char>{'b', 'a'}));

  const auto* batch = parts[2].message->header_as_RecordBatchInfo();
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->length(), 5);
  EXPECT_EQ(batch->nodes()->Get(0)->null_count(), 1);
  EXPECT_EQ(values_of<std::uint8_t>(parts[2], *batch, 0), (std::vector<std::uint8_t>{0b11011}));
  EXPECT_EQ(values_of<std::int32_t>(parts[2], *batch, 1), (std::vector<std::int32_t>{0, 1, 0, 0, 2}));
  EXPECT_EQ(values_of<double>(parts[2], *batch, 3), (std::vector<double>{1, 2, 3, 0, 5}));
}

TEST(ToArrow, OnlyTextsThatAppearInOrderOfAppearance) {
  ThreadPool pool(1);
  Column all(Storage::text);
  for (int i = 0; i < 5000; ++i) all.append_text("t" + std::to_string(i));
  const std::uint32_t rows[] = {4000, 7, 4000};
  ViewSlice slice;
  add(slice, "s", all.gather(rows, 3));
  const TextBuffer stream = to_arrow(slice, {}, pool);
  const auto parts = parts_of(stream);
  const auto* dictionary = parts[1].message->header_as_DictionaryBatchInfo();
  EXPECT_EQ(values_of<char>(parts[1], *dictionary->data(), 2),
            (std::vector<char>{'t', '4', '0', '0', '0', 't', '7'}));
  const auto* batch = parts[2].message->header_as_RecordBatchInfo();
  EXPECT_EQ(values_of<std::int32_t>(parts[2], *batch, 1), (std::vector<std::int32_t>{0, 1, 0}));
}

TEST(ToArrow, RowPathNames) {
  ThreadPool pool(1);
  const auto names = [&](bool legacy) {
    const TextBuffer stream =
        to_arrow(grouped(), {.compression = {}, .legacy_row_path_names = legacy}, pool);
    std::vector<std::string> found;
    for (const auto* field : *parts_of(stream)[0].message->header_as_SchemaInfo()->fields()) {
      found.push_back(field->name()->str());
    }
    return found;
  };
  EXPECT_EQ(names(true), (std::vector<std::string>{"g (Group by 1)", "h (Group by 2)", "n"}));
  EXPECT_EQ(names(false), (std::vector<std::string>{"__ROW_PATH_0__", "__ROW_PATH_1__", "n"}));
}

TEST(ToArrow, EmptySlicesHaveSchemaAndBatch) {
  ThreadPool pool(1);
  ViewSlice slice;
  add(slice, "s", texts({}));
  EXPECT_EQ(parts_of(to_arrow(slice, {}, pool)).size(), 3u);
  EXPECT_EQ(parts_of(to_arrow(ViewSlice{}, {}, pool)).size(), 2u);
}

TEST(ToArrow, CompressionShrinksAndUnknownOnesAreRefused) {
  ThreadPool pool(2);
  Column column(Storage::int64);
  for (std::int64_t i = 0; i < 200'000; ++i) column.append<std::int64_t>(i % 10);
  ViewSlice slice;
  add(slice, "i", std::move(column));
  const std::size_t plain = to_arrow(slice, {}, pool).size();
  for (const char* codec : {"lz4", "zstd"}) {
    const TextBuffer stream = to_arrow(slice, {.compression = codec}, pool);
    EXPECT_LT(stream.size() * 10, plain) << codec;
    EXPECT_EQ(parts_of(stream).size(), 2u);
  }
  EXPECT_THROW((void)to_arrow(slice, {.compression = "gzip"}, pool), Error);
}

TEST(KeysToArrow, OneColumn) {
  ThreadPool pool(1);
  const TextBuffer stream = keys_to_arrow("k", ints({{}, 1, 2}), pool);
  const auto parts = parts_of(stream);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].message->header_as_SchemaInfo()->fields()->Get(0)->name()->str(), "k");
  const auto* batch = parts[1].message->header_as_RecordBatchInfo();
  EXPECT_EQ(batch->length(), 3);
  EXPECT_EQ(values_of<std::int32_t>(parts[1], *batch, 1), (std::vector<std::int32_t>{0, 1, 2}));
}

}  // namespace
}  // namespace parallax
