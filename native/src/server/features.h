// What this engine tells clients it can do.
#pragma once

#include "protocol/response.h"

namespace parallax {

/// The menus of the viewer: the order counts, the first entry of a list is its default.
wire::GetFeaturesResp features();

}  // namespace parallax
