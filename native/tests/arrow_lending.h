// Arrays of the C Data Interface, made by hand.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "parallax/payload.h"

namespace parallax::test {

/// An array and its type. What the buffers point to must stay.
struct LentArray {
  std::string format, name;
  std::int64_t length = 0;
  std::vector<const void*> buffers;
  std::int64_t null_count = -1;
  std::int64_t offset = 0;
  std::vector<LentArray> children = {};
  std::vector<LentArray> dictionary = {};  ///< none or one
};

/// Lends arrays as the interface demands, and counts what is released.
class Lender {
 public:
  explicit Lender(LentArray root) : root_(std::move(root)) {
    fill(root_, schema, array);
    schema.private_data = array.private_data = this;
    schema.release = [](ArrowCSchema* lent) {
      static_cast<Lender*>(lent->private_data)->released += 1;
      lent->release = nullptr;
    };
    array.release = [](ArrowCArray* lent) {
      static_cast<Lender*>(lent->private_data)->released += 1;
      lent->release = nullptr;
    };
  }
  /// A record batch of `rows` rows, of which the first `offset` are skipped.
  Lender(std::vector<LentArray> columns, std::int64_t rows, std::int64_t offset = 0)
      : Lender(LentArray{"+s", "", rows - offset, {nullptr}, 0, offset, std::move(columns)}) {}
  Lender(const Lender&) = delete;

  ArrowPayload lend() { return {ArrowCOwned(&schema), ArrowCOwned(&array)}; }

  ArrowCSchema schema{};
  ArrowCArray array{};
  int released = 0;

 private:
  void fill(LentArray& from, ArrowCSchema& type, ArrowCArray& cells) {
    type.format = from.format.c_str();
    type.name = from.name.c_str();
    type.release = [](ArrowCSchema*) {};
    cells.length = from.length;
    cells.null_count = from.null_count;
    cells.offset = from.offset;
    cells.n_buffers = static_cast<std::int64_t>(from.buffers.size());
    cells.buffers = from.buffers.data();
    cells.release = [](ArrowCArray*) {};
    auto& types = type_lists_.emplace_back();
    auto& arrays = array_lists_.emplace_back();
    for (auto& child : from.children) {
      types.push_back(&types_.emplace_back());
      arrays.push_back(&arrays_.emplace_back());
      fill(child, *types.back(), *arrays.back());
    }
    type.n_children = cells.n_children = static_cast<std::int64_t>(types.size());
    type.children = types.data();
    cells.children = arrays.data();
    if (from.dictionary.empty()) return;
    type.dictionary = &types_.emplace_back();
    cells.dictionary = &arrays_.emplace_back();
    fill(from.dictionary[0], *type.dictionary, *cells.dictionary);
  }

  LentArray root_;
  std::deque<ArrowCSchema> types_;
  std::deque<ArrowCArray> arrays_;
  std::deque<std::vector<ArrowCSchema*>> type_lists_;
  std::deque<std::vector<ArrowCArray*>> array_lists_;
};

}  // namespace parallax::test
