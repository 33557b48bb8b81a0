// Characters of UTF-8 text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parallax {

/// True for every byte but the second and later ones of a character.
inline bool starts_character(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

inline std::size_t count_characters(std::string_view text) noexcept {
  std::size_t n = 0;
  for (const char byte : text) n += starts_character(byte);
  return n;
}

/// Byte offset of character `index`; text.size() if there are fewer.
inline std::size_t byte_of_character(std::string_view text, std::size_t index) noexcept {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (starts_character(text[at]) && index-- == 0) break;
  }
  return at;
}

}  // namespace parallax
