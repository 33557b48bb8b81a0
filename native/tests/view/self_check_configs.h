// Random view configurations for the self-check.
#pragma once

#include "self_check_values.h"

namespace parallax::testing {

/// Configurations over the columns of `schema` (whose texts and numbers come from a ValueMaker). Most are
/// valid; expressions and windows may not fit their columns.
class ConfigMaker {
 public:
  ConfigMaker(Dice& dice, const Schema& schema) : dice_(dice), stored_(schema) {}

  ViewConfig config();
  /// Water marks of one or two columns: they have a history, so their views are checked in another way.
  ViewConfig marks();

 private:
  void add_computed(ViewConfig& config);
  std::string expression();
  WindowSpec window(const ViewConfig& config);
  [[nodiscard]] Storage result_of(const WindowSpec& window) const;
  void choose_columns(ViewConfig& config);
  std::vector<std::string> aggregate(Storage storage);
  void choose_aggregates(ViewConfig& config);
  void add_filters(ViewConfig& config);
  FilterTerm filter();
  Scalar operand(Storage storage);
  std::string any();
  std::string stored();
  std::string number();

  Dice& dice_;
  const Schema& stored_;
  Schema schema_;  // with the computed columns, as far as their types are known
};

}  // namespace parallax::testing
