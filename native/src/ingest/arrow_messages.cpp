#include "ingest/arrow_messages.h"

#include <arrow_ipc_generated.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <string>

#include "ingest/arrow_arrays.h"
#include "ingest/arrow_memory.h"
#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::string_view kFileMagic = "ARROW1";
constexpr std::size_t kFileHeader = 8;  // the magic, padded
constexpr std::uint32_t kContinuation = 0xffffffff;
constexpr std::size_t kMostRows = std::numeric_limits<std::uint32_t>::max();

struct ArrowMessage {
  std::shared_ptr<const std::vector<char>> metadata;
  const arrow::Message* info = nullptr;
  std::string_view body;
  std::size_t end = 0;  // in the input
};

/// Verified flatbuffers data, copied so that it is aligned whatever the input's address.
template <class Root>
const Root* verified(const std::vector<char>& metadata, const char* what) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(metadata.data());
  flatbuffers::Verifier verifier(bytes, metadata.size());
  if (metadata.size() < 8 || !verifier.VerifyBuffer<Root>(nullptr)) {
    throw Error(std::string("Arrow: the ") + what + " is damaged");
  }
  return flatbuffers::GetRoot<Root>(bytes);
}

std::uint32_t word_at(std::string_view input, std::size_t at) {
  if (at > input.size() || input.size() - at < 4) throw Error("Arrow: the input is cut off");
  return arrow_value<std::uint32_t>(input.data() + at, 0);
}

void check_version(arrow::MetadataVersion version) {
  if (version != arrow::MetadataVersion::V4 && version != arrow::MetadataVersion::V5) {
    throw Error("Arrow: metadata version V" + std::to_string(static_cast<int>(version) + 1) +
                " is not supported; V4 and V5 are");
  }
}

/// The message at `at`; without info at the end mark.
ArrowMessage read_message(std::string_view input, std::size_t at) {
  ArrowMessage message;
  std::uint32_t size = word_at(input, at);
  at += 4;
  if (size == kContinuation) {  // absent in streams of before Arrow 0.15
    size = word_at(input, at);
    at += 4;
  }
  message.end = at;
  if (size == 0) return message;
  if (size > input.size() - at) throw Error("Arrow: the input is cut off within a message's metadata");
  message.metadata = std::make_shared<const std::vector<char>>(input.data() + at, input.data() + at + size);
  message.info = verified<arrow::Message>(*message.metadata, "metadata of a message");
  check_version(message.info->version());
  at += size;
  const std::int64_t body = message.info->body_length();
  if (body < 0 || static_cast<std::uint64_t>(body) > input.size() - at) {
    throw Error("Arrow: the input is cut off within a message's body");
  }
  message.body = input.substr(at, static_cast<std::size_t>(body));
  message.end = at + static_cast<std::size_t>(body);
  return message;
}

void pass(const ArrowField& field, ArrowPosition& at) {
  ++at.node;
  if (field.dictionary) {
    at.buffer += 2;
    return;
  }
  at.buffer += static_cast<std::size_t>(field.buffers);
  at.variadic += field.has_variadic_buffers ? 1 : 0;
  for (const auto& child : field.children) pass(child, at);
}

/// Puts an input together from its messages.
class InputBuilder {
 public:
  explicit InputBuilder(const Input& input) : file_(input.file()) {
    input_.budget = std::make_shared<ArrowBudget>(input.bytes().size());
  }

  [[nodiscard]] bool has_schema() const noexcept { return has_schema_; }
  void set_schema(const arrow::SchemaInfo* schema, arrow::MetadataVersion version);
  void add(const ArrowMessage& message);
  ArrowInput finish();

 private:
  void find_dictionaries(const ArrowField& field);
  ArrowBatch read_batch(const ArrowMessage& message, const arrow::RecordBatchInfo* info);
  void add_dictionary(const ArrowMessage& message, const arrow::DictionaryBatchInfo& info);
  void add_batch(const ArrowMessage& message, const arrow::RecordBatchInfo& info);

  [[nodiscard]] bool buffers_lie_apart(const ArrowBatch& batch);

  ArrowInput input_;
  const FileBytes* file_;
  const char* furthest_ = nullptr;  // end of the last message's body
  bool apart_ = true;               // no two buffers share bytes
  bool has_schema_ = false;
  std::unordered_map<std::int64_t, std::shared_ptr<const ArrowField>> dictionary_values_;
};

void InputBuilder::set_schema(const arrow::SchemaInfo* schema, arrow::MetadataVersion version) {
  if (schema == nullptr) throw Error("Arrow: the input has no schema");
  check_version(version);
  if (schema->endianness() != arrow::Endianness::little) {
    throw Error("Arrow: big-endian data is not supported");
  }
  has_schema_ = true;
  if (schema->fields() == nullptr) return;
  for (const auto* field : *schema->fields()) input_.fields.push_back(read_arrow_field(*field, version));
  input_.positions = arrow_positions(input_.fields);
  for (const auto& field : input_.fields) find_dictionaries(field);
}

void InputBuilder::find_dictionaries(const ArrowField& field) {
  if (field.dictionary) {
    ArrowField values = field;
    values.dictionary.reset();
    const auto [it, added] =
        dictionary_values_.try_emplace(*field.dictionary, std::make_shared<const ArrowField>(values));
    if (!added && (it->second->kind != values.kind || it->second->type_name != values.type_name)) {
      throw Error("Arrow: dictionary " + std::to_string(*field.dictionary) + " has two types");
    }
  }
  for (const auto& child : field.children) find_dictionaries(child);
}

/// False if a byte of this batch may belong to a second buffer or batch: then it cannot be given back with
/// the first.
bool InputBuilder::buffers_lie_apart(const ArrowBatch& batch) {
  const char* const begin = batch.body.data();
  if (furthest_ != nullptr && std::less<>()(begin, furthest_)) return false;
  furthest_ = begin + batch.body.size();
  if (batch.info->buffers() == nullptr) return true;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < batch.info->buffers()->size(); ++i) {
    const auto buffer = arrow_struct(*batch.info->buffers(), i);
    if (buffer.length() == 0) continue;
    if (buffer.length() < 0 || buffer.offset() < before ||
        __builtin_add_overflow(buffer.offset(), buffer.length(), &before)) {
      return false;
    }
  }
  return true;
}

ArrowBatch InputBuilder::read_batch(const ArrowMessage& message, const arrow::RecordBatchInfo* info) {
  if (info == nullptr) throw Error("Arrow: a batch has no description");
  ArrowBatch batch;
  batch.metadata = message.metadata;
  batch.info = info;
  batch.body = message.body;
  apart_ = apart_ && buffers_lie_apart(batch);
  if (info->length() < 0 || static_cast<std::uint64_t>(info->length()) > kMostRows) {
    throw Error("Arrow: a batch of " + std::to_string(info->length()) + " rows is not possible");
  }
  batch.rows = static_cast<std::size_t>(info->length());
  if (info->variadic_counts() != nullptr) {
    std::size_t sum = 0;
    const auto& counts = *info->variadic_counts();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const auto count = arrow_value<std::int64_t>(reinterpret_cast<const char*>(counts.Data()), i);
      batch.variadic_starts.push_back(sum);
      if (count < 0 || count > std::numeric_limits<std::int32_t>::max()) {
        throw Error("Arrow: a batch has an impossible count of buffers");
      }
      sum += static_cast<std::size_t>(count);
    }
    batch.variadic_starts.push_back(sum);
  }
  return batch;
}

ArrowInput InputBuilder::finish() {
  for (auto& batch : input_.batches) batch.file = apart_ ? file_ : nullptr;
  return std::move(input_);
}

void InputBuilder::add_dictionary(const ArrowMessage& message, const arrow::DictionaryBatchInfo& info) {
  const auto values = dictionary_values_.find(info.id());
  if (values == dictionary_values_.end()) {
    throw Error("Arrow: a dictionary batch has the id " + std::to_string(info.id()) +
                ", which no field uses");
  }
  if (!is_text(*values->second)) return;  // refused where a column of it is used
  ArrowArray chunk = load_arrow_dictionary(*values->second, read_batch(message, info.data()), *input_.budget);
  auto& versions = input_.dictionaries[info.id()];
  std::shared_ptr<ArrowDictionary> dictionary;
  if (info.is_delta() && !versions.empty()) {
    dictionary = versions.back().dictionary;
  } else {
    dictionary = std::make_shared<ArrowDictionary>();
    dictionary->values = values->second;
  }
  dictionary->size += chunk.length;
  dictionary->chunks.push_back(std::move(chunk));
  const std::size_t size = dictionary->size;
  const std::size_t first_batch = input_.batches.size();
  if (!versions.empty() && versions.back().first_batch == first_batch) versions.pop_back();
  versions.push_back({first_batch, std::move(dictionary), size});
}

void InputBuilder::add_batch(const ArrowMessage& message, const arrow::RecordBatchInfo& info) {
  input_.batches.push_back(read_batch(message, &info));
  input_.rows += input_.batches.back().rows;
  if (input_.rows > kMostRows) {
    throw Error("Arrow: more than " + std::to_string(kMostRows) + " rows do not fit a table");
  }
  // What the rows cost a table at least, be there columns or not.
  input_.budget->take(input_.batches.back().rows * 8);
}

void InputBuilder::add(const ArrowMessage& message) {
  if (const auto* dictionary = message.info->header_as_DictionaryBatchInfo()) {
    add_dictionary(message, *dictionary);
  } else if (const auto* batch = message.info->header_as_RecordBatchInfo()) {
    add_batch(message, *batch);
  } else {
    throw Error("Arrow: a message is neither a record batch nor a dictionary batch");
  }
}

ArrowInput read_stream(const Input& source) {
  const std::string_view input = source.bytes();
  InputBuilder builder(source);
  for (std::size_t at = 0; at < input.size() || !builder.has_schema();) {
    const ArrowMessage message = read_message(input, at);
    at = message.end;
    if (!builder.has_schema()) {
      if (message.info == nullptr) throw Error("Arrow: the stream has no schema");
      builder.set_schema(message.info->header_as_SchemaInfo(), message.info->version());
      continue;
    }
    if (message.info == nullptr) break;
    builder.add(message);
  }
  return builder.finish();
}

void add_blocks(InputBuilder& builder, std::string_view input,
                const flatbuffers::Vector<const arrow::Block*>* blocks, arrow::MessageHeader kind) {
  if (blocks == nullptr) return;
  for (std::size_t i = 0; i < blocks->size(); ++i) {
    const std::int64_t offset = arrow_struct(*blocks, i).offset();
    if (offset < 0 || static_cast<std::uint64_t>(offset) > input.size()) {
      throw Error("Arrow: the file's footer points outside the file");
    }
    const ArrowMessage message = read_message(input, static_cast<std::size_t>(offset));
    if (message.info == nullptr || message.info->header_type() != kind) {
      throw Error("Arrow: the file's footer points to something that is no batch");
    }
    builder.add(message);
  }
}

ArrowInput read_file(const Input& source) {
  const std::string_view input = source.bytes();
  constexpr std::size_t kTail = 4 + kFileMagic.size();
  if (input.size() < kFileHeader + kTail || !input.ends_with(kFileMagic)) {
    throw Error("Arrow: the file is cut off: it does not end with its mark");
  }
  const std::uint32_t size = word_at(input, input.size() - kTail);
  if (size > input.size() - kTail - kFileHeader) throw Error("Arrow: the file's footer is damaged");
  const char* begin = input.data() + input.size() - kTail - size;
  const std::vector<char> metadata(begin, begin + size);
  const auto* footer = verified<arrow::Footer>(metadata, "footer of the file");
  InputBuilder builder(source);
  builder.set_schema(footer->schema(), footer->version());
  const std::string_view body = input.substr(0, input.size() - kTail - size);
  add_blocks(builder, body, footer->dictionaries(), arrow::MessageHeader::DictionaryBatchInfo);
  add_blocks(builder, body, footer->record_batches(), arrow::MessageHeader::RecordBatchInfo);
  return builder.finish();
}

}  // namespace

ArrowBudget::ArrowBudget(std::size_t input_size) {
  // Well-packed columns of one repeated value shrink more than a thousandfold; they pass up to the floor.
  constexpr std::uint64_t kFloor = std::uint64_t{1} << 28;
  constexpr std::uint64_t kRatio = 1024;
  most_ = kFloor + std::min<std::uint64_t>(input_size, std::uint64_t{1} << 50) * kRatio;
}

void ArrowBudget::take(std::uint64_t bytes) {
  const std::uint64_t before = taken_.fetch_add(std::min(bytes, most_ + 1));
  if (before + std::min(bytes, most_ + 1) > most_) {
    throw Error(ErrorKind::resource_limit,
                "Arrow: the input claims to unpack to more than a thousand times its size; it is refused");
  }
}

std::vector<ArrowPosition> arrow_positions(const std::vector<ArrowField>& fields) {
  std::vector<ArrowPosition> positions;
  ArrowPosition at;
  for (const auto& field : fields) {
    positions.push_back(at);
    pass(field, at);
  }
  return positions;
}

const ArrowDictionaryVersion* ArrowInput::dictionary(std::int64_t id, std::size_t batch) const {
  const auto versions = dictionaries.find(id);
  if (versions == dictionaries.end()) return nullptr;
  const auto after =
      std::upper_bound(versions->second.begin(), versions->second.end(), batch,
                       [](std::size_t at, const ArrowDictionaryVersion& v) { return at < v.first_batch; });
  return after == versions->second.begin() ? nullptr : &*std::prev(after);
}

ArrowInput read_arrow(const Input& input) {
  if (input.arrow() != nullptr) return read_arrow_memory(*input.arrow());
  if (input.bytes().empty()) throw Error("Arrow: the input is empty");
  return input.bytes().starts_with(kFileMagic) ? read_file(input) : read_stream(input);
}

}  // namespace parallax
