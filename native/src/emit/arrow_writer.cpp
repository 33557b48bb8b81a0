#include "emit/arrow_writer.h"

#include <arrow_ipc_generated.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "emit/emit.h"
#include "parallax/error.h"

namespace parallax {
namespace {

namespace fb = flatbuffers;

constexpr std::uint32_t kContinuation = 0xffffffff;

/// A column's buffers and, for text, those of its dictionary.
struct Encoded {
  std::int64_t null_count = 0;
  ArrowBuffer validity, values;
  std::int64_t dictionary_size = 0;
  ArrowBuffer dictionary_offsets, dictionary_text;
};

// --- cells -------------------------------------------------------------------------------------------------

ArrowBuffer validity_buffer(const Column& column, std::int64_t null_count) {
  ArrowBuffer buffer;
  if (null_count == 0) return buffer;
  for (std::size_t i = 0; i < column.segments(); ++i) {
    buffer.borrow(column.segment_validity(i), (column.segment_size(i) + 7) / 8);
  }
  return buffer;
}

ArrowBuffer boolean_buffer(const Column& column) {
  TextBuffer buffer;
  const std::size_t size = (column.size() + 7) / 8;
  char* const bits = buffer.room(size);
  std::memset(bits, 0, size);
  for (std::size_t i = 0; i < column.segments(); ++i) {
    const std::uint8_t* values = column.segment_values<std::uint8_t>(i);
    char* to = bits + i * (kMorselRows / 8);
    for (std::size_t row = 0; row < column.segment_size(i); ++row) {
      to[row / 8] = static_cast<char>(to[row / 8] | (values[row] != 0) << (row % 8));
    }
  }
  buffer.end_at(bits + size);
  return ArrowBuffer(std::move(buffer));
}

ArrowBuffer plain_buffer(const Column& column) {
  ArrowBuffer buffer;
  with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    for (std::size_t i = 0; i < column.segments(); ++i) {
      buffer.borrow(column.segment_values<T>(i), column.segment_size(i) * sizeof(T));
    }
  });
  return buffer;
}

/// Numbers codes by first appearance: in an array when the dictionary is not much larger than the output,
/// else in a hash table, so that a few rows of a large table cost a few rows.
class CodeNumbers {
 public:
  CodeNumbers(std::size_t dictionary_size, std::size_t rows) {
    if (dictionary_size <= rows * 4 + 1024) dense_.assign(dictionary_size, -1);
  }
  /// The code's number; `added` tells whether it is new.
  std::int32_t number(std::uint32_t code, bool& added) {
    std::int32_t& number = dense_.empty() ? sparse_.try_emplace(code, -1).first->second : dense_[code];
    added = number < 0;
    if (added) number = next_++;
    return number;
  }

 private:
  std::vector<std::int32_t> dense_;
  std::unordered_map<std::uint32_t, std::int32_t> sparse_;
  std::int32_t next_ = 0;
};

void append_offset(TextBuffer& offsets, std::size_t text_size, const std::string& name) {
  if (text_size > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw Error(ErrorKind::resource_limit, "column \"" + name +
                                               "\" has more than 2 GiB of distinct text, more than an Arrow "
                                               "dictionary can hold; read fewer rows at a time");
  }
  const auto offset = static_cast<std::int32_t>(text_size);
  offsets.append({reinterpret_cast<const char*>(&offset), sizeof offset});
}

void encode_text(const ArrowColumn& source, Encoded& encoded) {
  const Column& column = *source.cells;
  CodeNumbers numbers(column.dictionary()->size(), column.size());
  TextBuffer values;
  TextBuffer offsets;
  TextBuffer text;
  append_offset(offsets, 0, source.name);
  char* to = values.room(column.size() * sizeof(std::int32_t));
  for (std::size_t i = 0; i < column.segments(); ++i) {
    const std::uint32_t* codes = column.segment_values<std::uint32_t>(i);
    const std::uint64_t* validity = column.segment_validity(i);
    for (std::size_t row = 0; row < column.segment_size(i); ++row, to += sizeof(std::int32_t)) {
      bool added = false;
      const std::int32_t number = test_bit(validity, row) ? numbers.number(codes[row], added) : 0;
      std::memcpy(to, &number, sizeof number);
      if (!added) continue;
      text += column.dictionary()->text(codes[row]);
      append_offset(offsets, text.size(), source.name);
      ++encoded.dictionary_size;
    }
  }
  values.end_at(to);
  encoded.values = ArrowBuffer(std::move(values));
  encoded.dictionary_offsets = ArrowBuffer(std::move(offsets));
  encoded.dictionary_text = ArrowBuffer(std::move(text));
}

Encoded encode(const ArrowColumn& source) {
  const Column& column = *source.cells;
  Encoded encoded;
  encoded.null_count = static_cast<std::int64_t>(column.null_count());
  encoded.validity = validity_buffer(column, encoded.null_count);
  if (column.storage() == Storage::text) {
    encode_text(source, encoded);
  } else {
    encoded.values = column.storage() == Storage::boolean ? boolean_buffer(column) : plain_buffer(column);
  }
  return encoded;
}

// --- metadata ----------------------------------------------------------------------------------------------

struct TypeRef {
  arrow::FieldType kind;
  fb::Offset<void> type;
};

TypeRef integer_type(fb::FlatBufferBuilder& builder, int bits, bool is_signed) {
  return {arrow::FieldType::IntType, arrow::CreateIntType(builder, bits, is_signed).Union()};
}

TypeRef arrow_type(fb::FlatBufferBuilder& builder, Storage storage) {
  switch (storage) {
    case Storage::float32:
      return {arrow::FieldType::FloatType, arrow::CreateFloatType(builder, arrow::Precision::single).Union()};
    case Storage::float64:
      return {arrow::FieldType::FloatType,
              arrow::CreateFloatType(builder, arrow::Precision::double_).Union()};
    case Storage::boolean:
      return {arrow::FieldType::BoolType, arrow::CreateBoolType(builder).Union()};
    case Storage::date:
      return {arrow::FieldType::DateType, arrow::CreateDateType(builder, arrow::DateUnit::day).Union()};
    case Storage::datetime:
      return {arrow::FieldType::TimestampType,
              arrow::CreateTimestampType(builder, arrow::TimeUnit::millisecond).Union()};
    case Storage::text:
      return {arrow::FieldType::Utf8Type, arrow::CreateUtf8Type(builder).Union()};
    default:
      return integer_type(builder, static_cast<int>(storage_width(storage) * 8), is_signed_integer(storage));
  }
}

template <class Header>
void append_message(TextBuffer& out, fb::FlatBufferBuilder& builder, arrow::MessageHeader kind,
                    fb::Offset<Header> header, std::int64_t body_size) {
  builder.Finish(arrow::CreateMessage(builder, arrow::MetadataVersion::V5, kind, header.Union(), body_size));
  // The prefix of 8 bytes and the padded metadata keep the body aligned.
  const std::uint32_t padding = (8 - builder.GetSize() % 8) % 8;
  const std::uint32_t prefix[2] = {kContinuation, builder.GetSize() + padding};
  out.append({reinterpret_cast<const char*>(prefix), sizeof prefix});
  out.append({reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()});
  out.append(padding, '\0');
}

void append_schema(TextBuffer& out, const std::vector<ArrowColumn>& columns) {
  fb::FlatBufferBuilder builder;
  std::vector<fb::Offset<arrow::FieldInfo>> fields;
  fields.reserve(columns.size());
  const std::vector<fb::Offset<arrow::FieldInfo>> no_children;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Storage storage = columns[i].cells->storage();
    const auto name = builder.CreateString(columns[i].name);
    const auto children = builder.CreateVector(no_children);
    const TypeRef type = arrow_type(builder, storage);
    fb::Offset<arrow::DictionaryEncoding> dictionary;
    if (storage == Storage::text) {
      const auto index = arrow::CreateIntType(builder, 32, true);
      dictionary = arrow::CreateDictionaryEncoding(builder, static_cast<std::int64_t>(i), index);
    }
    fields.push_back(arrow::CreateFieldInfo(builder, name, true, type.kind, type.type, dictionary, children));
  }
  const auto schema =
      arrow::CreateSchemaInfo(builder, arrow::Endianness::little, builder.CreateVector(fields));
  append_message(out, builder, arrow::MessageHeader::SchemaInfo, schema, 0);
}

/// The description of a body; the caller wraps it in a message and appends the body.
fb::Offset<arrow::RecordBatchInfo> batch_info(fb::FlatBufferBuilder& builder, std::int64_t rows,
                                              const std::vector<arrow::ArrayNode>& nodes,
                                              const ArrowBody& body, ArrowCodec codec,
                                              std::int64_t& body_size) {
  std::vector<arrow::BufferSpan> spans;
  spans.reserve(body.buffers.size());
  for (const auto& span : body.layout(body_size)) spans.emplace_back(span.offset, span.length);
  const auto node_vector = builder.CreateVectorOfStructs(nodes);
  const auto span_vector = builder.CreateVectorOfStructs(spans);
  fb::Offset<arrow::BodyCompression> compression;
  if (codec != ArrowCodec::none) {
    compression = arrow::CreateBodyCompression(
        builder, codec == ArrowCodec::zstd ? arrow::Codec::zstd : arrow::Codec::lz4_frame);
  }
  return arrow::CreateRecordBatchInfo(builder, rows, node_vector, span_vector, compression);
}

void append_dictionary(TextBuffer& out, std::size_t id, Encoded& encoded, ArrowCodec codec,
                       ThreadPool& pool) {
  ArrowBody body;
  body.buffers.emplace_back();  // no validity: entries are never null
  body.buffers.push_back(std::move(encoded.dictionary_offsets));
  body.buffers.push_back(std::move(encoded.dictionary_text));
  body.compress(codec, pool);
  fb::FlatBufferBuilder builder;
  std::int64_t body_size = 0;
  const std::vector<arrow::ArrayNode> nodes{{encoded.dictionary_size, 0}};
  const auto data = batch_info(builder, encoded.dictionary_size, nodes, body, codec, body_size);
  const auto header = arrow::CreateDictionaryBatchInfo(builder, static_cast<std::int64_t>(id), data);
  append_message(out, builder, arrow::MessageHeader::DictionaryBatchInfo, header, body_size);
  body.append_to(out, pool);
}

void append_batch(TextBuffer& out, std::vector<Encoded>& columns, std::size_t rows, ArrowCodec codec,
                  ThreadPool& pool) {
  ArrowBody body;
  std::vector<arrow::ArrayNode> nodes;
  for (auto& column : columns) {
    nodes.emplace_back(static_cast<std::int64_t>(rows), column.null_count);
    body.buffers.push_back(std::move(column.validity));
    body.buffers.push_back(std::move(column.values));
  }
  body.compress(codec, pool);
  fb::FlatBufferBuilder builder;
  std::int64_t body_size = 0;
  const auto header = batch_info(builder, static_cast<std::int64_t>(rows), nodes, body, codec, body_size);
  append_message(out, builder, arrow::MessageHeader::RecordBatchInfo, header, body_size);
  out.reserve(out.size() + static_cast<std::size_t>(body_size) + 2 * sizeof(std::uint32_t));
  body.append_to(out, pool);
}

}  // namespace

TextBuffer write_arrow_stream(const std::vector<ArrowColumn>& columns, std::size_t rows, ArrowCodec codec,
                              ThreadPool& pool) {
  std::vector<Encoded> encoded(columns.size());
  pool.parallel_for(columns.size(), columns.size() * rows,
                    [&](std::size_t i) { encoded[i] = encode(columns[i]); });
  TextBuffer out(kHeadroom);
  append_schema(out, columns);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].cells->storage() == Storage::text) append_dictionary(out, i, encoded[i], codec, pool);
  }
  append_batch(out, encoded, rows, codec, pool);
  const std::uint32_t end[2] = {kContinuation, 0};
  out.append({reinterpret_cast<const char*>(end), sizeof end});
  return out;
}

}  // namespace parallax
