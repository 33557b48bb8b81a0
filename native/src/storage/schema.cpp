#include "storage/schema.h"

#include "parallax/error.h"

namespace parallax {

Schema::Schema(std::vector<Field> fields) {
  fields_.reserve(fields.size());
  for (auto& field : fields) add(std::move(field));
}

void Schema::add(Field field) {
  if (!by_name_.emplace(field.name, fields_.size()).second) {
    throw Error("Column \"" + field.name + "\" appears twice; column names must be unique");
  }
  fields_.push_back(std::move(field));
}

std::optional<std::size_t> Schema::find(std::string_view name) const {
  const auto it = by_name_.find(std::string(name));
  if (it == by_name_.end()) return std::nullopt;
  return it->second;
}

}  // namespace parallax
