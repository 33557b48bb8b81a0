#include "self_check.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "parallax/error.h"
#include "view/join.h"
#include "view/view_set.h"

namespace parallax::testing {
namespace {

using Texts = std::vector<std::string>;

/// All digits, but zeros may differ in their sign.
std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value + 0.0);
  return text;
}

std::string cell_words(const Column& column, std::size_t row) {
  if (!column.valid(row)) return "null";
  if (column.storage() == Storage::text) return '"' + std::string(column.text(row)) + '"';
  return with_storage(column.storage(), [&](auto type) -> std::string {
    const auto value = column.template value<typename decltype(type)::type>(row);
    if constexpr (std::is_floating_point_v<decltype(value)>) {
      return number_text(static_cast<double>(value));
    }
    return std::to_string(value);
  });
}

/// What a view shows, as texts.
struct Shown {
  Texts names;
  Texts rows;   ///< who a row is: its path or key
  Texts paths;  ///< of a group
  std::vector<std::size_t> depths;
  std::vector<Texts> cells;  ///< by row, then column

  [[nodiscard]] std::string text() const {
    std::string out;
    for (const auto& name : names) out += name + ' ';
    for (std::size_t r = 0; r < rows.size(); ++r) out += '\n' + rows[r] + ": " + row_text(r);
    return out + '\n';
  }
  [[nodiscard]] std::string row_text(std::size_t r) const {
    std::string out;
    for (const auto& cell : cells[r]) out += cell + ' ';
    return out;
  }
};

Shown shown(const ViewSlice& slice) {
  Shown out;
  out.names = slice.names;
  out.rows.resize(slice.rows);
  out.paths.resize(slice.rows);
  out.cells.resize(slice.rows);
  for (std::size_t r = 0; r < slice.rows; ++r) {
    for (std::size_t level = 0; slice.has_row_path && level < slice.depth[r]; ++level) {
      out.paths[r] += cell_words(slice.path[level], r) + '\x1f';
    }
    out.rows[r] = out.paths[r];
    if (slice.ids) out.rows[r] = cell_words(*slice.ids, r);
    if (slice.has_row_path) out.depths.push_back(slice.depth[r]);
    for (const Column& column : slice.columns) out.cells[r].push_back(cell_words(column, r));
    if (!slice.index) continue;
    out.rows[r] += " of";
    for (std::size_t i = slice.index_offsets[r]; i < slice.index_offsets[r + 1]; ++i) {
      out.rows[r] += ' ' + cell_words(*slice.index, i);
    }
  }
  return out;
}

bool has_marks(const ViewConfig& config) {
  return std::any_of(config.aggregates.begin(), config.aggregates.end(),
                     [](const auto& entry) { return entry.second[0] == "high" || entry.second[0] == "low"; });
}

std::string scalar_text(const Scalar& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "null";
}

/// True if `part` is `whole` with some elements left out.
bool is_subsequence(const Texts& part, const Texts& whole) {
  auto at = whole.begin();
  for (const auto& one : part) {
    at = std::find(at, whole.end(), one);
    if (at == whole.end()) return false;
    ++at;
  }
  return true;
}

bool repeats(const Texts& texts) { return std::set(texts.begin(), texts.end()).size() < texts.size(); }

/// Which groups of a tree are open, by their paths, as section "The tree" has it.
class OpenPaths {
 public:
  explicit OpenPaths(const ViewConfig& config) : limit_(config.group_by_depth.value_or(99)) {}

  [[nodiscard]] bool manual() const noexcept { return manual_; }
  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

  /// `full` is the view with all open; rows of it that can be seen.
  [[nodiscard]] std::vector<std::size_t> visible(const Shown& full) const {
    std::vector<std::size_t> out;
    std::size_t open_depth = 0;  // rows up to this depth have open parents
    for (std::size_t r = 0; r < full.rows.size(); ++r) {
      if (full.depths[r] > open_depth) continue;
      out.push_back(r);
      open_depth = full.depths[r] + open(full, r);
    }
    return out;
  }
  void set_depth(std::size_t depth) {
    limit_ = depth + 1;
    manual_ = false;
  }
  /// Returns whether there was something to open or close.
  bool set_open(const Shown& full, std::size_t row, bool on, std::size_t levels) {
    if (!manual_) {
      paths_.clear();
      for (std::size_t r = 0; r < full.rows.size(); ++r) {
        if (full.depths[r] < limit_) paths_.insert(full.paths[r]);
      }
      manual_ = true;
    }
    if (full.depths[row] >= levels || open(full, row) == on) return false;
    if (on) {
      paths_.insert(full.paths[row]);
      return true;
    }
    for (std::size_t r = row; r < full.rows.size() && (r == row || full.depths[r] > full.depths[row]); ++r) {
      paths_.erase(full.paths[r]);
    }
    return true;
  }
  /// Groups that vanished are forgotten. When all rows go, all do, even if the same ones come in their place.
  void follow(const Shown& full, bool cleared) {
    const std::set<std::string> there(full.paths.begin(), full.paths.end());
    std::erase_if(paths_,
                  [&](const std::string& path) { return !path.empty() && (cleared || !there.count(path)); });
  }

 private:
  [[nodiscard]] bool open(const Shown& full, std::size_t row) const {
    return manual_ ? paths_.count(full.paths[row]) > 0 : full.depths[row] < limit_;
  }

  std::size_t limit_;
  bool manual_ = false;
  std::set<std::string> paths_;
};

/// A live view under observation.
class Watched {
 public:
  Watched(ViewSet& views, const ScriptView& script, std::shared_ptr<const Table> source)
      : source_(std::move(source)),
        view_(views.make(script.config)),
        config_(view_->plan().config),
        tracked_(script.tracked),
        open_(config_) {
    if (tracked_) view_->track_changes(true);
    tree_ =
        !has_marks(config_) && !view_->plan().group_by.empty() && config_.group_rollup == GroupRollup::rollup;
    flat_ = !view_->plan().grouped();
    options_.id = flat_;
  }

  /// Empty if all is well.
  std::string call(const TreeCall& call, const std::shared_ptr<Table>& table, ThreadPool& pool) {
    if (!tree_) return {};
    before_.reset();
    const std::size_t levels = config_.group_by.size();
    if (call.kind == TreeCall::Kind::set_depth) {
      view_->set_depth(call.argument);
      if (call.argument <= levels) {
        open_.set_depth(call.argument);
        lost_ = false;
      }
      return {};
    }
    const Shown full = fresh_full(table, pool);
    lost_ = lost_ || repeats(full.rows);
    if (lost_) return {};
    const auto rows = open_.visible(full);
    const bool expand = call.kind == TreeCall::Kind::expand;
    const std::size_t row = call.argument % rows.size();
    const bool done = open_.set_open(full, rows[row], expand, levels);
    const std::size_t after = open_.visible(full).size();
    const std::size_t expected = !done ? 0 : expand ? after - rows.size() : rows.size() - after;
    const auto found = expand ? view_->expand(static_cast<std::uint32_t>(row))
                              : view_->collapse(static_cast<std::uint32_t>(row));
    return found == expected
               ? ""
               : "tree call gave " + std::to_string(found) + ", not " + std::to_string(expected);
  }

  /// Fresh views are made of `table`.
  std::string check(const std::shared_ptr<Table>& table, const ChangeBatch& change, bool read,
                    ThreadPool& pool) {
    if (has_marks(config_)) return check_with_marks(table, change, pool);
    if (tree_) {
      const Shown full = fresh_full(table, pool);
      open_.follow(full, change.cleared);
      lost_ = open_.manual() && (lost_ || repeats(full.rows));
    }
    std::optional<Shown> delta;
    if (tracked_) delta = shown(view_->delta(change));
    const bool by_hand = tree_ && open_.manual();
    if (lost_) {
      before_.reset();
      return {};
    }
    ViewSet apart(table, pool);
    const auto fresh = apart.make(config_);
    if (tree_ && open_.limit() < 99) fresh->set_depth(static_cast<std::uint32_t>(open_.limit()) - 1);
    if (!read) {
      before_.reset();
      if (tracked_ && !by_hand) before_ = shown(fresh->slice({}, options_));
      return {};
    }
    std::string fault = by_hand ? check_open_rows(table, pool) : check_all(*fresh);
    if (!fault.empty()) return fault;
    Shown after = shown(view_->slice({}, options_));
    if (delta) fault = check_delta(*delta, after, change);
    before_ = std::move(after);
    return fault;
  }

 private:
  [[nodiscard]] Shown fresh_full(const std::shared_ptr<Table>& table, ThreadPool& pool) const {
    ViewConfig config = config_;
    config.group_by_depth.reset();
    ViewSet apart(table, pool);
    return shown(apart.make(config)->slice({}, {}));
  }

  static std::string differ(const std::string& what, const std::string& live, const std::string& fresh) {
    return live == fresh ? "" : what + " live:\n" + live + "\nfresh:\n" + fresh;
  }

  std::string check_all(View& fresh) {
    const Shown live = shown(view_->slice({}, options_));
    std::string fault = differ("rows", live.text(), shown(fresh.slice({}, options_)).text());
    if (!fault.empty()) return fault;
    SliceOptions extras = options_;
    // The order of the keys on parents is anybody's.
    extras.index = flat_ || config_.group_rollup == GroupRollup::flat;
    Viewport window;
    window.start_row = static_cast<std::uint32_t>(live.rows.size() / 3);
    window.end_row = static_cast<std::uint32_t>(live.rows.size() / 3 + 7);
    window.start_col = static_cast<std::uint32_t>(live.names.size() / 4);
    fault = differ("window", shown(view_->slice(window, extras)).text(),
                   shown(fresh.slice(window, extras)).text());
    if (!fault.empty()) return fault;
    const Dimensions size = view_->dimensions();
    if (size.rows != live.rows.size() || size.columns != fresh.dimensions().columns) return "dimensions";
    if (view_->column_paths({}) != fresh.column_paths({})) return "column paths";
    for (const auto& name : view_->plan().names) {
      const auto [least, most] = view_->min_max(name);
      const auto [fresh_least, fresh_most] = fresh.min_max(name);
      fault = differ("extremes of " + name, scalar_text(least) + ' ' + scalar_text(most),
                     scalar_text(fresh_least) + ' ' + scalar_text(fresh_most));
      if (!fault.empty()) return fault;
    }
    return {};
  }

  std::string check_open_rows(const std::shared_ptr<Table>& table, ThreadPool& pool) {
    const Shown full = fresh_full(table, pool);
    Shown expected;
    expected.names = full.names;
    for (const std::size_t r : open_.visible(full)) {
      expected.rows.push_back(full.rows[r]);
      expected.cells.push_back(full.cells[r]);
    }
    return differ("open rows", shown(view_->slice({}, {})).text(), expected.text());
  }

  /// Rows of `after` that are new, written or other than before.
  Texts changed_rows(const Shown& after, const ChangeBatch& change) const {
    std::set<std::string> written;
    if (flat_) {
      for (const auto* rows : {&change.inserted, &change.updated}) {
        const Column keys = source_->keys(rows->data(), rows->size());
        for (std::size_t i = 0; i < rows->size(); ++i) written.insert(cell_words(keys, i));
      }
    }
    const auto visible_cells = [](const Shown& from, std::size_t row) {
      const Texts& all = from.cells[row];
      std::map<std::string, std::string> visible;
      for (std::size_t c = 0; c < from.names.size(); ++c) {
        if (all[c] != "null") visible[from.names[c]] = all[c];
      }
      return visible;
    };
    std::map<std::string, std::size_t> old;
    for (std::size_t r = 0; r < before_->rows.size(); ++r) old.emplace(before_->rows[r], r);
    Texts out;
    for (std::size_t r = 0; r < after.rows.size(); ++r) {
      const auto was = old.find(after.rows[r]);
      // Ungrouped rows that came back to sight without being written (by a window, say) changed, too.
      if (written.count(after.rows[r]) || was == old.end() ||
          visible_cells(*before_, was->second) != visible_cells(after, r)) {
        out.push_back(after.row_text(r));
      }
    }
    return out;
  }

  std::string check_delta(const Shown& delta, const Shown& after, const ChangeBatch& change) {
    const auto texts = [](const Shown& from) {
      Texts out;
      for (std::size_t r = 0; r < from.rows.size(); ++r) out.push_back(from.row_text(r));
      return out;
    };
    const Texts found = texts(delta);
    if (delta.names != after.names) return "delta names" + delta.text();
    if (!is_subsequence(found, texts(after)))
      return "delta is no part of the view:\n" + delta.text() + after.text();
    // Split columns of one name (null and "null") cannot be told apart here, nor can zeros of either sign.
    if (!before_ || repeats(after.names) || repeats(before_->names) || repeats(after.rows) ||
        repeats(before_->rows)) {
      return {};
    }
    const Texts needed = changed_rows(after, change);
    // More rows are no harm where changes cannot all be seen: hidden columns, computed ones, all written
    // anew.
    const bool more = change.cleared || view_->plan().aggregates.size() > view_->plan().columns.size() ||
                      !config_.windows.empty() || may_swap_names(*before_) || may_swap_names(after);
    if (is_subsequence(needed, found) && (more || found.size() == needed.size())) return {};
    std::string out = "delta:\n" + delta.text() + "needed:\n";
    for (const auto& row : needed) out += row + '\n';
    return out + "before:\n" + before_->text() + "after:\n" + after.text();
  }

  /// Whether a split column may have been another one before: null and the text "null" have one name.
  [[nodiscard]] bool may_swap_names(const Shown& from) const {
    const Schema& schema = source_->schema();
    const bool texts =
        std::any_of(config_.split_by.begin(), config_.split_by.end(), [&](const std::string& name) {
          const auto column = schema.find(name);
          return !column || schema[*column].storage == Storage::text;
        });
    return texts && std::any_of(from.names.begin(), from.names.end(), [](const std::string& name) {
             return name.find("null|") != std::string::npos;
           });
  }

  std::string check_with_marks(const std::shared_ptr<Table>& table, const ChangeBatch& change,
                               ThreadPool& pool) {
    std::string fault = check_marks(table, change, pool);
    if (!tracked_ || !fault.empty()) return fault;
    const Shown delta = shown(view_->delta(change));
    Shown after = shown(view_->slice({}, options_));
    fault = check_delta(delta, after, change);
    before_ = std::move(after);
    return fault;
  }

  /// Works the marks out from the extremes after every step. (Marks are kept without being read.)
  std::string check_marks(const std::shared_ptr<Table>& table, const ChangeBatch& change, ThreadPool& pool) {
    ViewConfig config = config_;
    for (auto& [name, words] : config.aggregates) {
      if (words[0] == "high") words = {"max"};
      if (words[0] == "low") words = {"min"};
    }
    ViewSet apart(table, pool);
    const ViewSlice now = apart.make(config)->slice({}, {});
    const Shown texts = shown(now);
    // A total over no rows is as good as gone.
    const ViewConfig plain{.columns = Texts{}, .filter = config_.filter, .filter_op = config_.filter_op};
    if (change.cleared || apart.make(plain)->dimensions().rows == 0) marks_.clear();
    std::map<std::string, std::vector<std::optional<double>>> next;
    for (std::size_t r = 0; r < now.rows; ++r) {
      auto& marks = next[texts.rows[r]];
      if (const auto known = marks_.find(texts.rows[r]); known != marks_.end()) marks = known->second;
      marks.resize(now.columns.size());
      for (std::size_t c = 0; c < now.columns.size(); ++c) {
        if (!now.columns[c].valid(r)) continue;
        const double value = with_storage(now.columns[c].storage(), [&](auto type) {
          return static_cast<double>(now.columns[c].value<typename decltype(type)::type>(r));
        });
        const bool high = config_.aggregates.at(now.names[c])[0] == "high";
        if (!marks[c] || (high ? value > *marks[c] : value < *marks[c])) marks[c] = value;
      }
    }
    marks_ = std::move(next);
    return compare_marks(texts);
  }

  std::string compare_marks(const Shown& extremes) {
    const ViewSlice live = view_->slice({}, {});
    const Shown texts = shown(live);
    if (texts.rows != extremes.rows) return differ("groups", texts.text(), extremes.text());
    for (std::size_t r = 0; r < live.rows; ++r) {
      const auto& marks = marks_.at(texts.rows[r]);
      for (std::size_t c = 0; c < live.columns.size(); ++c) {
        std::optional<double> found;
        if (live.columns[c].valid(r)) {
          found = with_storage(live.columns[c].storage(), [&](auto type) {
            return static_cast<double>(live.columns[c].value<typename decltype(type)::type>(r));
          });
        }
        if (found != marks[c]) {
          return "water mark of " + live.names[c] + " in " + texts.rows[r] + " is " + texts.cells[r][c] +
                 ", not " + (marks[c] ? std::to_string(*marks[c]) : "null");
        }
      }
    }
    return {};
  }

  std::shared_ptr<const Table> source_;
  std::shared_ptr<View> view_;
  ViewConfig config_;
  bool tracked_;
  bool tree_ = false;
  bool flat_ = false;
  SliceOptions options_;
  OpenPaths open_;
  bool lost_ = false;            // opened by hand, and groups by almost equal numbers cannot be told apart
  std::optional<Shown> before_;  // as read after the step before, if it was
  std::map<std::string, std::vector<std::optional<double>>> marks_;
};

/// The tables of a script.
class Tables {
 public:
  explicit Tables(const Script& script) {
    for (const ScriptTable& table : script.tables) {
      all_.push_back(Table::from_batch(table.schema, table.options, to_batch(table.schema, table.rows)));
    }
    if (script.join) join_ = std::make_unique<Join>(all_[0], all_[1], *script.join);
  }

  /// What the views are of.
  [[nodiscard]] std::shared_ptr<Table> source() const { return join_ ? join_->table() : all_[0]; }

  ChangeBatch write(const ScriptWrite& write) {
    ChangeBatch change = apply(*all_[write.table], write);
    if (!join_) return change;
    return join_->apply(write.table == 0 ? &change : nullptr, write.table == 1 ? &change : nullptr);
  }

  void recycle() {
    for (const auto& table : all_) table->recycle();
    if (join_) join_->table()->recycle();
  }

 private:
  static ChangeBatch apply(Table& table, const ScriptWrite& write) {
    switch (write.kind) {
      case ScriptWrite::Kind::clear:
        return table.clear();
      case ScriptWrite::Kind::replace:
        return table.replace(to_batch(table.schema(), write.rows));
      case ScriptWrite::Kind::remove: {
        Column keys(table.schema()[*table.index_column()].storage);
        for (const Value& key : write.keys) append(keys, key);
        return table.remove(keys);
      }
      case ScriptWrite::Kind::update:
        break;
    }
    return table.update(to_batch(table.schema(), write.rows));
  }

  std::vector<std::shared_ptr<Table>> all_;
  std::unique_ptr<Join> join_;
};

/// A script's tables, its views and what watches them.
class Runner {
 public:
  Runner(const Script& script, Fault fault)
      : script_(script),
        pool_(static_cast<unsigned>(script.threads)),
        tables_(script),
        views_(tables_.source(), pool_),
        watched_(script.views.size()) {
    if (fault == Fault::miss_last_write) behind_.emplace(script);
  }

  [[nodiscard]] bool accepts(const ScriptView& view) {
    try {
      (void)views_.make(view.config);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  std::optional<ScriptFailure> run() {
    for (std::size_t s = 0; s < script_.steps.size(); ++s) {
      if (auto failure = step(s)) return failure;
    }
    return std::nullopt;
  }

 private:
  /// What fresh views are made of.
  [[nodiscard]] std::shared_ptr<Table> truth() const { return (behind_ ? *behind_ : tables_).source(); }

  /// Makes and deletes the views whose time has come.
  std::optional<ScriptFailure> come_and_go(std::size_t s) {
    for (std::size_t v = 0; v < watched_.size(); ++v) {
      const ScriptView& view = script_.views[v];
      if (view.gone_at == s) watched_[v].reset();
      if (view.made_at != s) continue;
      try {
        watched_[v] = std::make_unique<Watched>(views_, view, tables_.source());
      } catch (const Error&) {
        continue;
      }
      // Marks start with what there is when the view is made.
      const std::string fault = watched_[v]->check(truth(), {}, script_.steps.size() % 2 == 0, pool_);
      if (!fault.empty()) return ScriptFailure{s, v, "at the start: " + fault};
    }
    return std::nullopt;
  }

  std::optional<ScriptFailure> step(std::size_t s) {
    if (auto failure = come_and_go(s)) return failure;
    const ScriptStep& step = script_.steps[s];
    for (const TreeCall& call : step.calls) {
      if (call.view >= watched_.size() || !watched_[call.view]) continue;
      const std::string fault = watched_[call.view]->call(call, truth(), pool_);
      if (!fault.empty()) return ScriptFailure{s, call.view, fault};
    }
    const ChangeBatch change = tables_.write(step.write);
    views_.apply(change);
    if (behind_ && s + 1 < script_.steps.size()) (void)behind_->write(step.write);
    for (std::size_t v = 0; v < watched_.size(); ++v) {
      if (!watched_[v]) continue;
      const std::string fault = watched_[v]->check(truth(), change, (step.unread >> v & 1) == 0, pool_);
      if (!fault.empty()) return ScriptFailure{s, v, fault};
    }
    tables_.recycle();
    if (behind_) behind_->recycle();
    return std::nullopt;
  }

  const Script& script_;
  ThreadPool pool_;
  Tables tables_;
  std::optional<Tables> behind_;
  ViewSet views_;
  std::vector<std::unique_ptr<Watched>> watched_;
};

}  // namespace

std::size_t refused_views(const Script& script) {
  Runner runner(script, Fault::none);
  return static_cast<std::size_t>(
      std::count_if(script.views.begin(), script.views.end(),
                    [&](const ScriptView& view) { return !runner.accepts(view); }));
}

std::optional<ScriptFailure> run_script(const Script& script, Fault fault) {
  try {
    return Runner(script, fault).run();
  } catch (const std::exception& error) {
    return ScriptFailure{script.steps.size(), std::nullopt, std::string("exception: ") + error.what()};
  }
}

}  // namespace parallax::testing
