// The table data of a request, which may come beside it.
#pragma once

#include <optional>

#include "base/file_bytes.h"
#include "base/thread_pool.h"
#include "ingest/ingest.h"
#include "parallax/payload.h"
#include "protocol/request.h"

namespace parallax {

class RequestData {
 public:
  /// Lets the payload stand in for what the request leaves empty. Throws Error if the request takes no data
  /// or has some.
  void attach(wire::RequestKind& request, Payload payload);

  /// What is to be read for the request's data. Throws Error if it is a file that cannot be read.
  [[nodiscard]] Input input(const wire::TableData& data, ThreadPool& pool);
  /// Frees the memory of what was read.
  void discard() noexcept {
    file_.reset();
    arrow_.reset();
  }

 private:
  std::optional<FilePayload> unread_;
  std::optional<FileBytes> file_;
  std::optional<ArrowPayload> arrow_;
};

}  // namespace parallax
