// Pieces of requests for the session target, made of choices.
#pragma once

#include <string>

#include "fuzz/support.h"

namespace parallax::fuzz {

/// A schema message: k and i integer, f float, s and g string, b boolean, d date, t datetime.
std::string script_schema();

/// A JSON array of records for that schema, now and then one that does not fit.
std::string script_rows(Choices& choices);

/// A JSON array of keys.
std::string script_keys(Choices& choices);

/// A view configuration message. Clears `comparable` if two views of it need not show the same.
std::string script_config(Choices& choices, bool& comparable);

/// The message of an output request: a viewport.
std::string script_window(Choices& choices);

}  // namespace parallax::fuzz
