#include "expression/row_context.h"

namespace parallax {

void RowContext::load(std::size_t column, Lanes& out, std::size_t count) const {
  if (trial()) {
    out.fill_validity(false);
    return;
  }
  load(table_->column(column), out, count);
}

void RowContext::load(const Column& column, Lanes& out, std::size_t count) const {
  if (column.storage() == Storage::text) {
    auto* to = out.data<std::string_view>();
    for (std::size_t i = 0; i < count; ++i) {
      const bool valid = column.valid(row(i));
      out.set_valid(i, valid);
      to[i] = valid ? column.text(row(i)) : std::string_view();
    }
    return;
  }
  with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    T* to = out.data<T>();
    const std::size_t segment = first_ / kMorselRows;
    const std::size_t offset = first_ % kMorselRows;
    if (rows_ == nullptr && offset % 64 == 0 && offset + count <= column.segment_size(segment)) {
      std::memcpy(to, column.segment_values<T>(segment) + offset, count * sizeof(T));
      std::memcpy(out.validity.data(), column.segment_validity(segment) + offset / 64,
                  bitmap_words(count) * 8);
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = column.value<T>(row(i));
      out.set_valid(i, column.valid(row(i)));
    }
  });
}

}  // namespace parallax
