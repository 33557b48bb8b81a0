#include "emit/pieces.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace parallax {

void append_pieces(TextBuffer& out, std::size_t pieces, std::size_t cells, ThreadPool& pool,
                   const std::function<void(TextBuffer& text, std::size_t piece)>& write) {
  if (cells < kPieceCells || pieces < 2) {
    for (std::size_t piece = 0; piece < pieces; ++piece) write(out, piece);
    return;
  }
  // The same few buffers again and again: they stay in the cache, and the system need not find new memory.
  std::vector<TextBuffer> texts(std::min<std::size_t>(pieces, 2 * std::size_t{pool.width()}));
  for (std::size_t first = 0; first < pieces; first += texts.size()) {
    const std::size_t some = std::min(texts.size(), pieces - first);
    pool.parallel_for(some, [&](std::size_t i) {
      // On this thread's stack: neighbours in the list would share a cache line with another thread's.
      TextBuffer text = std::move(texts[i]);
      text.clear();
      write(text, first + i);
      texts[i] = std::move(text);
    });
    std::size_t size = 0;
    for (std::size_t i = 0; i < some; ++i) size += texts[i].size();
    // Room for the rest, were it twice as long as this, so that the text is rarely moved. What is not used
    // was never touched.
    if (first == 0) out.reserve(out.size() + 2 * (size / some) * pieces);
    char* to = out.room(size);
    std::vector<char*> places;
    for (std::size_t i = 0; i < some; ++i) {
      places.push_back(to);
      to += texts[i].size();
    }
    pool.parallel_for(some, size / sizeof(double), [&](std::size_t i) {
      if (!texts[i].empty()) std::memcpy(places[i], texts[i].data(), texts[i].size());
    });
    out.end_at(to);
  }
}

}  // namespace parallax
