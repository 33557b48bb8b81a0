#include "view/join_keys.h"

namespace parallax {

void JoinKeys::clear() {
  small_.clear();
  large_.clear();
  keys_.clear();
  free_.clear();
  texts_ = std::make_unique<Dictionary>();
  codes_.clear();
}

std::uint64_t JoinKeys::text_image(const Column& column, std::size_t row) {
  const auto code = column.value<std::uint32_t>(row);
  std::vector<std::uint32_t>& known = codes_[column.dictionary().get()];
  if (code >= known.size()) known.resize(column.dictionary()->size(), KeyIndex::kNone);
  if (known[code] == KeyIndex::kNone) known[code] = texts_->intern(column.text(row));
  return known[code];
}

std::uint32_t JoinKeys::number(const Column& column, std::size_t row) {
  const std::uint64_t image =
      column.storage() == Storage::text ? text_image(column, row) : KeyIndex::image(column, row);
  const bool large = column.storage() == Storage::uint64 && (image >> 63) != 0;
  const std::uint32_t known = index(large).find(image);
  if (known != KeyIndex::kNone) return known;
  std::uint32_t fresh;
  if (free_.empty()) {
    fresh = static_cast<std::uint32_t>(keys_.size());
    keys_.push_back({image, large});
  } else {
    fresh = free_.back();
    free_.pop_back();
    keys_[fresh] = {image, large};
  }
  index(large).put(image, fresh);
  return fresh;
}

void JoinKeys::release(std::uint32_t number) {
  index(keys_[number].large).erase(keys_[number].image);
  free_.push_back(number);
}

}  // namespace parallax
