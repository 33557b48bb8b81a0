#include "emit/pieces.h"

#include <vector>

namespace parallax {

void append_pieces(std::string& out, std::size_t pieces, std::size_t cells, ThreadPool& pool,
                   const std::function<void(std::string& text, std::size_t piece)>& write) {
  if (cells < kPieceCells || pieces < 2) {
    for (std::size_t piece = 0; piece < pieces; ++piece) write(out, piece);
    return;
  }
  std::vector<std::string> texts(pieces);
  pool.parallel_for(pieces, [&](std::size_t piece) { write(texts[piece], piece); });
  std::size_t size = out.size();
  for (const auto& text : texts) size += text.size();
  out.reserve(size);
  for (auto& text : texts) {
    out += text;
    std::string().swap(text);  // freed at once, so that the peak stays near one copy
  }
}

}  // namespace parallax
