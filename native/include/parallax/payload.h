// Table data that is given beside a request rather than inside it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>

#include "parallax/arrow_c_data.h"

namespace parallax {

/// A file that the engine reads itself: text in UTF-8, or Arrow IPC.
struct FilePayload {
  std::string path;  ///< as the operating system takes it
};

/// A record batch: a struct of columns, of type Arrow. Both parts are released as soon as they are read, or
/// not needed.
struct ArrowPayload {
  ArrowCOwned<ArrowCSchema> schema;
  ArrowCOwned<ArrowCArray> array;
};

/// The bytes are read in place and must not change during the call that takes them.
using Payload = std::variant<std::span<const std::byte>, FilePayload, ArrowPayload>;

}  // namespace parallax
