// Table data that is given beside a request rather than inside it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>

namespace parallax {

/// A file that the engine reads itself: text in UTF-8, or Arrow IPC.
struct FilePayload {
  std::string path;  ///< as the operating system takes it
};

/// The bytes are read in place and must not change during the call that takes them.
using Payload = std::variant<std::span<const std::byte>, FilePayload>;

}  // namespace parallax
