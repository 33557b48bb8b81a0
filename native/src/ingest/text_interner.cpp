#include "ingest/text_interner.h"

#include <unordered_map>
#include <utility>

namespace parallax {
namespace {

constexpr std::uint32_t kUnknown = 0xffffffff;

/// Codes of other dictionaries in one that takes over their texts, each looked up once.
class Recoder {
 public:
  explicit Recoder(Column& out) : out_(out) {}

  void append(const Column& piece) {
    std::vector<std::uint32_t>& codes = codes_[piece.dictionary().get()];
    codes.resize(piece.dictionary()->size(), kUnknown);
    for (std::size_t i = 0; i < piece.segments(); ++i) {
      const std::size_t count = piece.segment_size(i);
      const std::uint32_t* const from = piece.segment_values<std::uint32_t>(i);
      const std::uint64_t* const validity = piece.segment_validity(i);
      recoded_.assign(count, 0);
      for (std::size_t row = 0; row < count; ++row) {
        if (!test_bit(validity, row)) continue;
        std::uint32_t& code = codes[from[row]];
        if (code == kUnknown) code = out_.dictionary()->intern(piece.dictionary()->text(from[row]));
        recoded_[row] = code;
      }
      out_.append_values<std::uint32_t>(recoded_.data(), count, validity);
    }
  }

 private:
  Column& out_;
  std::unordered_map<const Dictionary*, std::vector<std::uint32_t>> codes_;
  std::vector<std::uint32_t> recoded_;
};

}  // namespace

Column join_pieces(std::vector<Column> pieces) {
  Column out = std::move(pieces[0]);
  Recoder recoder(out);
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const Column piece = std::move(pieces[i]);
    if (out.storage() == Storage::text && piece.dictionary() != out.dictionary()) {
      recoder.append(piece);
    } else {
      out.append_column(piece);
    }
  }
  return out;
}

}  // namespace parallax
