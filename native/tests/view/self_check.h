// The randomised self-check of live views: runs scripts and cuts failing ones down.
#pragma once

#include <optional>
#include <string>

#include "self_check_script.h"

namespace parallax::testing {

struct ScriptFailure {
  std::size_t step = 0;
  std::optional<std::size_t> view;
  std::string what;
};

/// What a run gets wrong on purpose, to see that it is noticed: fresh views are made of tables that miss the
/// last write. (Views that missed a write of their own table must not be read at all.)
enum class Fault { none, miss_last_write };

/// Runs a script. After every step
/// - each view that is read equals the same view built afresh (rows, cells, paths, ids, windows of the
///   reader, extremes), as far as its tree is open;
/// - the delta of a tracked view holds each visible row that was written (ungrouped) or changed, in view
///   order and nothing else, so that applied to what was there before it gives what is there now;
/// - water marks equal those worked out from the extremes of a fresh view after every step.
/// Views whose configuration is refused are left out.
std::optional<ScriptFailure> run_script(const Script& script, Fault fault = Fault::none);

/// How many of the script's views are refused.
std::size_t refused_views(const Script& script);

/// A smaller script that fails, too.
Script cut_down(Script script);

}  // namespace parallax::testing
