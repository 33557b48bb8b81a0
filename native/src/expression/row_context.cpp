#include "expression/row_context.h"

namespace parallax {

std::optional<std::size_t> RowContext::run_in_segment(const Column& column,
                                                      std::size_t count) const noexcept {
  const std::size_t offset = first_ % kMorselRows;
  if (rows_ != nullptr || offset % 64 != 0) return std::nullopt;
  if (offset + count > column.segment_size(first_ / kMorselRows)) return std::nullopt;
  return offset;
}

void RowContext::load(std::size_t column, Lanes& out, std::size_t count) const {
  if (trial()) {
    out.fill_validity(false);
  } else if (dictionary_ != nullptr) {
    auto* to = out.data<std::string_view>();
    for (std::size_t i = 0; i < count; ++i) {
      out.set_valid(i, rows_[i] != 0);
      to[i] = rows_[i] != 0 ? dictionary_->text(rows_[i] - 1) : std::string_view();
    }
  } else {
    load(table_->column(column), out, count);
  }
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
    const std::size_t segment = first_ / kMorselRows;
    if (const auto offset = run_in_segment(column, count)) {
      // Kernels only read their arguments.
      auto* cells = const_cast<T*>(column.segment_values<T>(segment) + *offset);
      out.borrow(reinterpret_cast<std::byte*>(cells));
      std::memcpy(out.validity.data(), column.segment_validity(segment) + *offset / 64,
                  bitmap_words(count) * 8);
      return;
    }
    out.use_own();
    T* to = out.data<T>();
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = column.value<T>(row(i));
      out.set_valid(i, column.valid(row(i)));
    }
  });
}

void RowContext::load_texts(std::size_t position, std::uint32_t* out, std::size_t count) const {
  const Column& column = table_->column(position);
  if (const auto offset = run_in_segment(column, count)) {
    const std::size_t segment = first_ / kMorselRows;
    const auto* codes = column.segment_values<std::uint32_t>(segment) + *offset;
    for (std::size_t i = 0; i < count; ++i) out[i] = codes[i] + 1;
    const std::uint64_t* validity = column.segment_validity(segment) + *offset / 64;
    for (std::size_t w = 0; w < bitmap_words(count); ++w) {
      for (std::uint64_t nulls = ~validity[w] & Lanes::lanes_of_word(w, count); nulls != 0;
           nulls &= nulls - 1) {
        out[w * 64 + static_cast<std::size_t>(std::countr_zero(nulls))] = 0;
      }
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = column.valid(row(i)) ? column.value<std::uint32_t>(row(i)) + 1 : 0;
  }
}

}  // namespace parallax
