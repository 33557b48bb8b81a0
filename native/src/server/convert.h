// Between the wire's structs and the engine's.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocol/request.h"
#include "protocol/response.h"
#include "storage/schema.h"
#include "view/config.h"
#include "view/slice.h"

namespace parallax {

ViewConfig from_wire(wire::ViewConfig config);
/// Of a completed configuration: columns and both rollup modes are always there.
wire::ViewConfig to_wire(const ViewConfig& config);

wire::ColumnTypes to_wire(const std::vector<std::pair<std::string, ColumnType>>& types);
wire::Schema to_wire(const Schema& schema);
/// Columns of the default storage of their types. Throws Error for repeated names.
Schema from_wire(const wire::Schema& schema);

Viewport from_wire(const wire::ViewPort& port);

}  // namespace parallax
