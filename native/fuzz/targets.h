// What is fuzzed. Each target takes any bytes and throws Violation if the engine breaks a promise.
#pragma once

#include <span>

#include "fuzz/support.h"

namespace parallax::fuzz {

/// The first bytes pick how lists are flattened, whether there is an index and, of JSON, the format; the rest
/// is the data.
void fuzz_arrow(Bytes input);
void fuzz_csv(Bytes input);
void fuzz_json(Bytes input);
/// A sequence of requests, each after its length in two bytes, little end first, given to one session.
void fuzz_wire(Bytes input);
/// A script: bytes pick requests that make sense, so that tables, views and updates meet.
void fuzz_session(Bytes input);
/// The first byte picks: the rest is the expression, or picks productions of the grammar.
void fuzz_expression(Bytes input);

}  // namespace parallax::fuzz
