// Tables, views, subscriptions and writes meet in a random order; afterwards everything has to be consistent.
#include <map>
#include <optional>
#include <protozero/pbf_writer.hpp>
#include <utility>
#include <vector>

#include "fuzz/session_script.h"
#include "fuzz/targets.h"
#include "server/client.h"

namespace parallax::fuzz {
namespace {

using namespace parallax::test;

constexpr std::size_t kTables = 3;
constexpr std::size_t kViews = 6;
constexpr std::size_t kMostSteps = 60;

class Play {
 public:
  explicit Play(Choices& choices) : choices_(choices) {}

  void run() {
    for (std::size_t step = 0; step < kMostSteps && !choices_.done(); ++step) run_step();
    check_views();
    require(client_.ask("", kHostedTables).kind == kHostedTables, "The engine does not answer any more");
  }

 private:
  struct View {
    std::string table;
    std::string config;
    bool comparable = true;
  };

  std::string table() { return "t" + std::to_string(choices_.below(kTables)); }
  std::string view() { return "v" + std::to_string(choices_.below(kViews)); }

  void run_step() {
    switch (choices_.below(16)) {
      case 0:
      case 1:
        return make_table();
      case 2:
      case 3:
      case 4:
      case 5:
        return write(kTableUpdate, table());
      case 6:
        return write(kTableRemove, table());
      case 7:
        return write(kTableReplace, table());
      case 8:
      case 9:
      case 10:
        return make_view();
      case 11:
        return change_view();
      case 12:
        return listen();
      case 13:
        return drop();
      default:
        return read(view());
    }
  }

  void make_table() {
    const std::string name = table();
    if (choices_.rarely(4)) {
      (void)client_.make_join(name, table(), table(), "k", static_cast<std::uint32_t>(choices_.below(3)));
    } else {
      const bool indexed = choices_.flip();
      std::optional<std::uint32_t> limit;
      if (!indexed && choices_.rarely(3)) limit = static_cast<std::uint32_t>(choices_.below(5));
      (void)client_.make_table(name, kSchema, script_schema(), indexed ? "k" : "", limit);
    }
  }

  /// A write that is refused leaves the table as it was, unless it was marked for deletion and has gone.
  void write(std::uint32_t kind, const std::string& name) {
    const std::string rows = kind == kTableRemove ? script_keys(choices_) : script_rows(choices_);
    const std::string before = rows_of(name);
    if (client_.ask(name, kind, Client::change(rows)).kind != kError) return;
    const std::string now = rows_of(name);
    require(now.empty() || now == before, "A refused write changed the table");
  }

  void make_view() {
    const std::string name = view();
    View made{table(), {}, true};
    made.config = script_config(choices_, made.comparable);
    if (client_.make_view(made.table, name, made.config).kind != kMakeView) return;
    views_[name] = made;
    if (choices_.flip()) read(name);
  }

  void change_view() {
    static constexpr std::uint32_t kKinds[] = {kExpand, kCollapse, kSetDepth};
    const std::string name = view();
    (void)client_.ask(name, choices_.one_of(kKinds),
                      Client::number_message(static_cast<std::uint32_t>(choices_.below(6))));
    if (const auto it = views_.find(name); it != views_.end()) it->second.comparable = false;
  }

  void listen() {
    static constexpr std::uint32_t kKinds[] = {kOnUpdate, kOnUpdate, kOnRemove, kViewOnDelete,
                                               kRemoveOnUpdate};
    const std::uint32_t kind = choices_.one_of(kKinds);
    client_.send(view(), kind, kind == kOnUpdate ? Client::row_mode() : std::string());
  }

  void drop() {
    if (choices_.flip()) {
      const std::string name = view();
      if (client_.ask(name, kViewDelete).kind == kViewDelete) views_.erase(name);
      return;
    }
    const std::string name = table();
    client_.send(name, kTableDelete, choices_.flip() ? Client::flag() : std::string());
  }

  void read(const std::string& name) {
    static constexpr std::uint32_t kKinds[] = {kToCsv,  kToColumns,  kToRows,     kToNdjson,  kToArrow,
                                               kMinMax, kDimensions, kViewSchema, kGetConfig, kColumnPaths};
    (void)client_.ask(name, choices_.one_of(kKinds), script_window(choices_));
  }

  std::string rows_of(const std::string& name) {
    const Response made = client_.make_view(name, "peek");
    if (made.kind != kMakeView) return {};
    std::string rows = client_.csv("peek");
    require(client_.ask("peek", kViewDelete).kind == kViewDelete, "A view cannot be deleted");
    return rows;
  }

  /// A view that followed the writes shows what a new one would.
  void check_views() {
    for (const auto& [name, view] : views_) {
      const Response shown = client_.ask(name, kToCsv);
      if (shown.kind != kToCsv || !view.comparable) continue;
      require(client_.make_view(view.table, "fresh", view.config).kind == kMakeView,
              "A view cannot be made twice");
      const std::string fresh = client_.csv("fresh");
      require(shown.text() == fresh,
              "A view that followed its table shows\n" + shown.text() + "\nbut a new one shows\n" + fresh);
      require(client_.ask("fresh", kViewDelete).kind == kViewDelete, "A view cannot be deleted");
    }
  }

  Choices& choices_;
  const std::shared_ptr<Engine> engine_ = Engine::create({.threads = 1});
  Client client_{*engine_};
  std::map<std::string, View> views_;
};

}  // namespace

void fuzz_session(Bytes input) {
  Choices choices(input);
  Play(choices).run();
}

}  // namespace parallax::fuzz
