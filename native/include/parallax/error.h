// The one exception type of the engine.
#pragma once

#include <stdexcept>
#include <string>

namespace parallax {

/// What a caller can act on. Values are stable: the JNI layer maps them to Java exception types.
enum class ErrorKind { internal, bad_input, unknown_table, unknown_view, closed, resource_limit };

/// A failed request. The message is UTF-8, meant for the user: what was wrong, where, and what would be
/// right.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  /// A bad_input error, by far the most frequent.
  explicit Error(const std::string& message) : Error(ErrorKind::bad_input, message) {}

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace parallax
