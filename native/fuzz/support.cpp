#include "fuzz/support.h"

#include <simdjson.h>

namespace parallax::fuzz {

void require_same(const Column& a, const Column& b, const std::string& what) {
  require(a.storage() == b.storage(), what + ": the storage changed");
  require(a.size() == b.size(),
          what + ": " + std::to_string(a.size()) + " cells became " + std::to_string(b.size()));
  for (std::size_t row = 0; row < a.size(); ++row) {
    require(same_cell(a, row, b, row), what + ": cell " + std::to_string(row) + " changed");
  }
}

void require_utf8(const Column& column) {
  if (column.storage() != Storage::text) return;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.valid(row)) require(simdjson::validate_utf8(column.text(row)), "A text is not UTF-8");
  }
}

}  // namespace parallax::fuzz
