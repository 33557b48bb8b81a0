// Names and storage of a table's columns.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/types.h"

namespace parallax {

struct Field {
  std::string name;
  Storage storage;
  friend bool operator==(const Field&, const Field&) = default;
};

/// Ordered, uniquely named fields. Immutable but for add().
class Schema {
 public:
  Schema() = default;
  /// Throws Error if a name repeats.
  explicit Schema(std::vector<Field> fields);
  /// Throws Error if the name is there already.
  void add(Field field);

  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }
  [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
  [[nodiscard]] const Field& operator[](std::size_t i) const noexcept { return fields_[i]; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

 private:
  std::vector<Field> fields_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace parallax
