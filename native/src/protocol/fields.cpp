#include "protocol/fields.h"

#include <simdjson.h>

namespace parallax::wire {

std::string_view text_view(protozero::pbf_reader& message) {
  const auto number = message.tag();
  const protozero::data_view bytes = message.get_view();
  if (!simdjson::validate_utf8(bytes.data(), bytes.size())) {
    throw Error("The text in field " + std::to_string(number) + " of the request is not valid UTF-8");
  }
  return {bytes.data(), bytes.size()};
}

}  // namespace parallax::wire
