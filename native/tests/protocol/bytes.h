// Bytes for the protocol's tests.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "protocol/request.h"

namespace parallax::test {

inline std::string from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex.push_back("0123456789abcdef"[static_cast<unsigned char>(c) >> 4]);
    hex.push_back("0123456789abcdef"[static_cast<unsigned char>(c) & 15]);
  }
  return hex;
}

inline std::span<const std::byte> span_of(std::string_view bytes) { return std::as_bytes(std::span(bytes)); }

}  // namespace parallax::test
