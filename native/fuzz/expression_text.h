// Programs of the expression language, made of choices.
#pragma once

#include <string>

#include "fuzz/support.h"

namespace parallax::fuzz {

/// A program that mostly parses and often type-checks, over the columns f, i, s, b, d and t (float, integer,
/// string, boolean, date, datetime).
std::string expression_text(Choices& choices);

}  // namespace parallax::fuzz
