// The promises of loading, whatever the format.
#pragma once

#include <string_view>

#include "fuzz/support.h"
#include "ingest/ingest.h"

namespace parallax::fuzz {

/// Loads `text` in every way that the options leave open. Checked: a table that is accepted is whole, comes
/// back the same from Arrow and from JSON, and takes the same data again as an update; an update that is
/// accepted fits its target.
void check_loading(InputFormat format, ListFlatten list_flatten, bool indexed, std::string_view text);

}  // namespace parallax::fuzz
