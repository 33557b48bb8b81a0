// The buffers of a batch's body, unpacked.
#pragma once

#include <cstddef>

#include "ingest/arrow_messages.h"

namespace parallax {

/// Buffer number `index` of the batch, decompressed if the batch is compressed. Throws Error if it is not
/// there, lies outside the body, or does not unpack to the size it claims. To be called once for a buffer:
/// its bytes in the input are given back (ArrowBatch::file) when the owner dies, or at once if it was
/// compressed.
ArrowBytes load_arrow_buffer(const ArrowBatch& batch, std::size_t index, ArrowBudget& budget);

}  // namespace parallax
