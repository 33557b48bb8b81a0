// Arrow arrays that lie in this process's memory, as the C Data Interface describes them.
#pragma once

#include "ingest/arrow_messages.h"
#include "parallax/payload.h"

namespace parallax {

/// Reads a field's type. Dictionaries get ids from `dictionaries` on, in the order of the fields, depth
/// first. Throws Error if it contradicts itself or its name is no UTF-8.
ArrowField read_arrow_field(const ArrowCSchema& schema, std::int64_t& dictionaries);

/// The record batch as an input of one batch. Everything points into the arrays' memory, which must outlive
/// it. Checks what can be checked: counts and missing buffers; how large a buffer is nobody tells. Throws
/// Error.
ArrowInput read_arrow_memory(const ArrowPayload& payload);

}  // namespace parallax
