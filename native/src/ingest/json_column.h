// One column being read from JSON: coerces values to its type, or finds and promotes its type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bitmap.h"
#include "ingest/json_value.h"
#include "ingest/text_interner.h"
#include "storage/column.h"

namespace parallax {

/// Why a value does not go into a column ("is no date"); null = it does. Static text.
using Refusal = const char*;

/// Cells of one column, appended in row order. A fixed column (of an update) coerces; an inferring one (of a
/// new table) takes its type from the first value that is not null and may be promoted by later ones, from
/// integer to float or text and from float to text. Not thread-safe.
class JsonColumn {
 public:
  /// An inferring column, without type yet.
  JsonColumn();
  /// A column of known storage. `inferring`: the type was found earlier and may still be promoted.
  JsonColumn(Storage storage, bool inferring);

  [[nodiscard]] std::size_t size() const noexcept { return cells_.size(); }
  /// The type was declared, or a value that is not null has decided it.
  [[nodiscard]] bool decided() const noexcept { return decided_; }
  [[nodiscard]] Storage storage() const noexcept { return cells_.storage(); }

  /// A column without cells that starts from what is known of this one's type. Texts go to `dictionary` if
  /// one is given.
  [[nodiscard]] JsonColumn like(std::shared_ptr<Dictionary> dictionary = nullptr) const;
  [[nodiscard]] bool same_type(const JsonColumn& other) const noexcept {
    return decided_ == other.decided_ && storage() == other.storage();
  }

  /// Appends the value, or says why not and leaves the column as it was.
  Refusal put(const JsonScalar& value);
  /// Appends cells that the input does not name, up to `rows` cells.
  void pad(std::size_t rows);
  /// Drops the cells from `rows` on.
  void truncate(std::size_t rows);
  /// A column without a value is text.
  void settle() { decided_ = true; }
  /// The cells of `parts`, one at least, each of which was like() what the one before had come to.
  static JsonColumn joined(std::vector<JsonColumn> parts);
  /// Appends a column of the same data, read with this column's type at that time as its starting point.
  void append(JsonColumn&& next);

  /// Of a text column, else null.
  [[nodiscard]] const std::shared_ptr<Dictionary>& dictionary() const noexcept { return cells_.dictionary(); }
  [[nodiscard]] Column take_cells() { return std::move(cells_); }
  /// Which cells the input named; absent = all.
  [[nodiscard]] std::optional<Bitmap> take_present() { return std::move(present_); }

 private:
  void decide(const JsonScalar& value);
  void restart(Storage storage);
  void append_text(std::string_view text);
  void promote(Storage storage);
  Refusal put_boolean(bool value);
  Refusal put_integer(std::int64_t value);
  Refusal put_big(const JsonScalar& value);
  Refusal put_number(double value);
  Refusal put_text(std::string_view text);
  Refusal put_number_text(std::string_view text);
  Refusal put_whole(std::int64_t value);
  Refusal put_truncated(double value);
  Refusal put_float(double value);
  Refusal put_instant(std::int64_t ms);
  Refusal mismatch() const noexcept;

  Column cells_;
  std::optional<Bitmap> present_;
  std::optional<TextInterner> interner_;  // of the cells' dictionary, once there are many
  std::string scratch_;
  bool inferring_;
  bool decided_;
};

}  // namespace parallax
