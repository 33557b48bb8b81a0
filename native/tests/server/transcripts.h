// The recorded conversations between the stock client and the stock server.
#pragma once

#include <simdjson.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes.h"

namespace parallax::test {

struct Line {
  std::string session, direction, bytes, compare;
};
using Scenes = std::map<std::string, std::vector<Line>>;

inline Scenes load_scenes() {
  simdjson::dom::parser parser;
  Scenes scenes;
  for (simdjson::dom::object entry :
       parser.load(PARALLAX_CONFORMANCE_DIR "/wire-transcripts.json").get_array()) {
    const auto text = [&](const char* key) {
      std::string_view value;
      return entry[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
    };
    scenes[text("name")].push_back(
        {text("session"), text("direction"), from_hex(text("hex")), text("compare")});
  }
  return scenes;
}

inline const Scenes& scenes() {
  static const Scenes loaded = load_scenes();
  return loaded;
}

}  // namespace parallax::test
