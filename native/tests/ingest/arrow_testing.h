// Arrow inputs for tests.
#pragma once

#include <string>
#include <string_view>

#include "ingest_testing.h"
#include "storage/cell_text.h"
#include "storage/column.h"

namespace parallax::testing {

inline std::string from_base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(kDigits.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  return out;
}

/// The cells as a JSON list.
inline std::string json_of(const Column& column) {
  TextBuffer out;
  if (column.size() > 0) CellText(column, TextForm::json, column.size()).append_list(out, 0, column.size());
  return '[' + out.str() + ']';
}

}  // namespace parallax::testing
