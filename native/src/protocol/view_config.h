// The view configuration on the wire, which travels both ways.
#pragma once

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "protocol/common.h"

namespace parallax::wire {

/// Throws Error or a protozero exception for damaged bytes.
ViewConfig read_view_config(protozero::pbf_reader message);
/// Maps are written in the order of their keys, all their entries with key and value.
void write_view_config(protozero::pbf_writer& out, const ViewConfig& config);

void write_scalar(protozero::pbf_writer& out, const Scalar& scalar);

}  // namespace parallax::wire
