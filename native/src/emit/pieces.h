// Long texts written in pieces by several threads.
#pragma once

#include <cstddef>
#include <functional>

#include "base/text_buffer.h"
#include "base/thread_pool.h"

namespace parallax {

/// Cells that make a piece worth a task of its own.
inline constexpr std::size_t kPieceCells = 32768;

/// Appends piece 0, 1, … pieces-1 to `out`, each made by write(text, piece), which only appends. Pieces may
/// be made at the same time, in any order; `cells`, the size of all together, tells whether that pays.
void append_pieces(TextBuffer& out, std::size_t pieces, std::size_t cells, ThreadPool& pool,
                   const std::function<void(TextBuffer& text, std::size_t piece)>& write);

}  // namespace parallax
