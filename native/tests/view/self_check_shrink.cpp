#include <algorithm>
#include <utility>

#include "self_check.h"

namespace parallax::testing {
namespace {

/// Tries smaller scripts and keeps those that still fail.
class Shrinker {
 public:
  explicit Shrinker(Script script) : script_(std::move(script)) {}

  Script run() {
    keep_one_view();
    std::size_t before;
    do {
      before = describe(script_).size();
      list([&]() -> auto& { return script_.steps; });
      for (std::size_t s = 0; s < script_.steps.size(); ++s) {
        list([&]() -> auto& { return script_.steps[s].calls; });
        list([&]() -> auto& { return script_.steps[s].write.keys; });
        rows([&]() -> auto& { return script_.steps[s].write.rows; });
        attempt([&] { script_.steps[s].unread = 0; });
      }
      for (std::size_t t = 0; t < script_.tables.size(); ++t) {
        rows([&]() -> auto& { return script_.tables[t].rows; });
      }
      for (std::size_t v = 0; v < script_.views.size(); ++v) simplify(v);
      blank_columns();
    } while (runs_left_ > 0 && describe(script_).size() < before);
    return std::move(script_);
  }

 private:
  template <class Change>
  bool attempt(Change&& change) {
    if (runs_left_ == 0) return false;
    --runs_left_;
    Script kept = script_;
    change();
    if (run_script(script_)) return true;
    script_ = std::move(kept);
    return false;
  }

  void keep_one_view() {
    const auto failure = run_script(script_);
    if (!failure) return;
    if (failure->step + 1 < script_.steps.size()) {
      attempt([&] { script_.steps.resize(failure->step + 1); });
    }
    if (!failure->view) return;
    attempt([&] {
      script_.views = {ScriptView(script_.views[*failure->view])};
      for (auto& step : script_.steps) {
        std::erase_if(step.calls, [&](const TreeCall& call) { return call.view != *failure->view; });
        for (auto& call : step.calls) call.view = 0;
        step.unread = step.unread >> *failure->view & 1;
      }
    });
  }

  /// Takes out parts of a list, large ones first. `get` finds it in script_, whose parts move.
  template <class Get>
  void list(Get&& get) {
    for (std::size_t size = std::max<std::size_t>(get().size() / 2, 1); !get().empty(); size /= 2) {
      for (std::size_t at = 0; at < get().size();) {
        const std::size_t end = std::min(at + size, get().size());
        const bool gone = attempt([&] {
          const auto first = get().begin();
          get().erase(first + static_cast<std::ptrdiff_t>(at), first + static_cast<std::ptrdiff_t>(end));
        });
        if (!gone) at = end;
        if (runs_left_ == 0) return;
      }
      if (size == 1) return;
    }
  }

  template <class Get>
  void rows(Get&& get) {
    if (get().ids.empty()) {
      list([&]() -> auto& { return get().rows; });
    } else {
      attempt([&] { get().ids.clear(); });
    }
  }

  void simplify(std::size_t view) {
    const auto config = [&, view]() -> ViewConfig& { return script_.views[view].config; };
    attempt([&] { script_.views[view].tracked = false; });
    list([&]() -> auto& { return config().sort; });
    list([&]() -> auto& { return config().filter; });
    list([&]() -> auto& { return config().split_by; });
    list([&]() -> auto& { return config().group_by; });
    if (config().columns) list([&]() -> auto& { return *config().columns; });
    attempt([&] { config().group_by_depth.reset(); });
    attempt([&] { config().group_rollup = GroupRollup::rollup; });
    attempt([&] { config().split_rollup = SplitRollup::flat; });
    entries([&]() -> auto& { return config().aggregates; });
    entries([&]() -> auto& { return config().windows; });
    entries([&]() -> auto& { return config().expressions; });
  }

  template <class Get>
  void entries(Get&& get) {
    std::vector<std::string> names;
    for (const auto& entry : get()) names.push_back(entry.first);
    for (const auto& name : names) attempt([&] { get().erase(name); });
  }

  /// Columns that do not matter.
  void blank_columns() {
    for (std::size_t t = 0; t < script_.tables.size(); ++t) {
      for (std::size_t c = 1; c < script_.tables[t].schema.size(); ++c) {
        attempt([&] {
          blank(script_.tables[t].rows, c);
          for (auto& step : script_.steps) {
            if (step.write.table == t) blank(step.write.rows, c);
          }
        });
      }
    }
  }
  static void blank(ScriptRows& rows, std::size_t column) {
    const auto at = std::find(rows.columns.begin(), rows.columns.end(), column) - rows.columns.begin();
    if (static_cast<std::size_t>(at) == rows.columns.size()) return;
    for (auto& row : rows.rows) row[static_cast<std::size_t>(at)].reset();
  }

  Script script_;
  std::size_t runs_left_ = 4000;
};

}  // namespace

Script cut_down(Script script) { return Shrinker(std::move(script)).run(); }

}  // namespace parallax::testing
