#include "view/join_keys.h"

namespace parallax {
namespace {

constexpr std::size_t kSpareTexts = 4096;

}  // namespace

void JoinKeys::clear() {
  small_.clear();
  large_.clear();
  keys_.clear();
  free_.clear();
  texts_ = std::make_shared<Dictionary>();
  released_ = 0;
  codes_.clear();
}

std::uint64_t JoinKeys::text_image(const Column& column, std::size_t row) {
  const auto code = column.value<std::uint32_t>(row);
  const std::uint64_t id = column.dictionary()->id();
  if (codes_.size() > 1 && !codes_.contains(id)) codes_.clear();  // a side has got another dictionary
  std::vector<std::uint32_t>& known = codes_[id];
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
  if (texts_->count() > 0 && ++released_ > kSpareTexts + texts_->count() / 2) sweep();
}

/// Lets texts go that are no keys any more. The others keep their codes.
void JoinKeys::sweep() {
  Bitmap used(texts_->size());
  for (std::uint32_t number = 0; number < keys_.size(); ++number) {
    if (small_.find(keys_[number].image) == number) used.set(keys_[number].image);
  }
  texts_ = texts_->keep(std::move(used));
  codes_.clear();
  released_ = 0;
}

}  // namespace parallax
