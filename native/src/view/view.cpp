#include "view/view.h"

#include <unordered_set>

namespace parallax {

std::vector<std::pair<std::string, ColumnType>> View::schema() const {
  std::vector<std::pair<std::string, ColumnType>> out;
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < plan_->names.size(); ++i) {
    if (seen.insert(plan_->names[i]).second) out.emplace_back(plan_->names[i], plan_->types[i]);
  }
  return out;
}

}  // namespace parallax
