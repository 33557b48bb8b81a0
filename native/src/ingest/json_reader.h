// Walking JSON text, on top of simdjson's on-demand parser.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/json_table.h"
#include "ingest/json_value.h"

namespace parallax {

/// Arrays and objects inside one another, the outermost included.
inline constexpr int kMaxJsonDepth = 64;

/// A copy of some JSON text with the padding that the parser wants, and the parser. May be used again for
/// other text; not thread-safe.
class JsonBuffer {
 public:
  JsonBuffer();
  /// Copies `before` + `text` + `after`.
  void assign(std::string_view before, std::string_view text, std::string_view after);

  /// The document; everything read from it is valid until the next assign().
  simdjson::ondemand::document document();
  simdjson::ondemand::document_stream stream();
  /// Throws simdjson::simdjson_error unless the document was read to the end.
  static void expect_end(simdjson::ondemand::document& document);
  /// Where reading stopped, or null.
  static const char* place_in(simdjson::ondemand::document& document) noexcept;
  /// The text that was assigned, all of it.
  [[nodiscard]] const char* text() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Reads a value that is neither array nor object. Throws simdjson::simdjson_error for broken JSON.
  void read_scalar(simdjson::ondemand::value value, JsonScalar& out) const;
  /// The child of `parent` for this field's key.
  PathNode& child(JsonTable& table, PathNode& parent, simdjson::ondemand::field& field) const;
  /// Reads a value of any kind for its syntax only. `depth` = levels around it, here and below.
  void skip(simdjson::ondemand::value value, int depth) const;
  /// Appends the value as compact JSON.
  void append_json(std::string& out, simdjson::ondemand::value value, int depth) const;
  /// Offset of a place in the text that was assigned, within `text`.
  [[nodiscard]] std::size_t offset_of(const char* place) const noexcept;

 private:
  [[nodiscard]] std::string_view checked_text(std::string_view text) const;
  [[nodiscard]] std::string_view read_text(simdjson::ondemand::value& value) const;

  simdjson::ondemand::parser parser_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;  // of bytes_, padding included
  std::size_t size_ = 0;
  std::size_t before_ = 0;
  bool has_surrogates_ = false;  // an escape may spell half a surrogate pair
};

/// Throws Error when `depth` levels are more than allowed.
void check_json_depth(int depth);

/// Buffers to share between tasks. Thread-safe.
class JsonBufferPool {
 public:
  /// A buffer that goes back when the handle dies.
  class Lease {
   public:
    Lease(JsonBufferPool& pool, std::unique_ptr<JsonBuffer> buffer)
        : pool_(pool), buffer_(std::move(buffer)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();
    JsonBuffer& operator*() const noexcept { return *buffer_; }

   private:
    JsonBufferPool& pool_;
    std::unique_ptr<JsonBuffer> buffer_;
  };
  Lease lease();

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<JsonBuffer>> free_;
};

}  // namespace parallax
