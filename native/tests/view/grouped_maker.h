// Grouped views of small tables, for tests.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "table_maker.h"
#include "view/grouped_view.h"

namespace parallax::testing {

/// A table with one view; writes reach the view.
class GroupedFixture {
 public:
  GroupedFixture(Schema schema, const std::vector<std::vector<Value>>& rows, ViewConfig config,
                 TableOptions options = {})
      : table(table_of(schema, rows, std::move(options))), source(table), pool(1) {
    make(std::move(config));
  }

  void make(ViewConfig config) {
    view.reset();
    plan = plan_view(source, std::move(config));
    core = std::make_shared<GroupedCore>(source, plan, pool);
    view = std::make_unique<GroupedView>(plan, core);
  }

  ChangeBatch update(const std::vector<std::vector<Value>>& rows) {
    return applied(table->update(batch_of(table->schema(), rows)));
  }
  ChangeBatch remove(const std::vector<Value>& keys) {
    Column column(table->schema()[*table->index_column()].storage);
    for (const auto& key : keys) append(column, key);
    return applied(table->remove(column));
  }
  ChangeBatch applied(ChangeBatch change) {
    core->apply(change);
    table->recycle();
    return change;
  }

  /// Row paths, one word each: `[]`, `[a]`, `[a,b]`.
  std::string paths() {
    const ViewSlice slice = view->slice({}, {});
    std::string out;
    for (std::size_t r = 0; r < slice.rows; ++r) {
      out += r ? " [" : "[";
      for (std::uint32_t level = 0; level < slice.depth[r]; ++level) {
        out += (level ? "," : "") + cell_text(slice.path[level], r);
      }
      out += ']';
    }
    return out;
  }
  /// The cells of one column path.
  std::string cells(const std::string& name) {
    const ViewSlice slice = view->slice({}, {});
    for (std::size_t i = 0; i < slice.names.size(); ++i) {
      if (slice.names[i] == name) return column_text(slice.columns[i]);
    }
    return "no such column";
  }
  std::string names() {
    std::string out;
    for (const auto& name : view->column_paths({})) out += (out.empty() ? "" : " ") + name;
    return out;
  }

  std::shared_ptr<Table> table;
  ViewSource source;
  ThreadPool pool;
  std::shared_ptr<const ViewPlan> plan;
  std::shared_ptr<GroupedCore> core;
  std::unique_ptr<GroupedView> view;
};

}  // namespace parallax::testing
