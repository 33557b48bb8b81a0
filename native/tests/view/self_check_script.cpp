#include "self_check_script.h"

#include <cstdio>

#include "self_check_configs.h"
#include "self_check_values.h"

namespace parallax::testing {
namespace {

using Makers = std::vector<ValueMaker>;

TableOptions options_of(Dice& dice, const Schema& schema, bool joined) {
  TableOptions options;
  const std::size_t kind = dice.below(10);
  if (kind < 6) {
    options.index = schema[0].name;
  } else if (kind < 8 && !joined) {
    options.limit = static_cast<std::uint32_t>(1 + dice.below(80));
  }
  return options;
}

ScriptWrite make_write(Dice& dice, Makers& makers, const std::vector<ScriptTable>& tables) {
  ScriptWrite write;
  write.table = dice.below(tables.size());
  ValueMaker& maker = makers[write.table];
  const TableOptions& options = tables[write.table].options;
  const std::size_t kind = dice.below(100);
  if (kind < 4) {
    write.kind = ScriptWrite::Kind::clear;
  } else if (kind < 8) {
    write.kind = ScriptWrite::Kind::replace;
    write.rows = maker.rows(dice.below(30));
  } else if (kind < 28 && options.index) {
    write.kind = ScriptWrite::Kind::remove;
    for (std::size_t i = dice.below(kind < 11 ? 60 : 8); i-- > 0;) write.keys.push_back(maker.key());
  } else {
    const std::size_t rows = 1 + dice.below(kind < 34 ? 120 : 4);
    write.rows = dice.chance(60) ? maker.partial_rows(rows) : maker.rows(rows);
    if (!options.index && dice.chance(40)) {
      for (std::size_t i = 0; i < rows; ++i) {
        write.rows.ids.push_back(dice.chance(20) ? kNull : Value(static_cast<double>(dice.below(90))));
      }
    }
  }
  return write;
}

ScriptStep make_step(Dice& dice, Makers& makers, const Script& script) {
  ScriptStep step;
  while (dice.chance(25)) {
    const std::size_t view = dice.below(script.views.size());
    const std::size_t kind = dice.below(5);
    if (kind == 0) {
      step.calls.push_back({TreeCall::Kind::set_depth, view, static_cast<std::uint32_t>(dice.below(4))});
    } else {
      step.calls.push_back({kind < 3 ? TreeCall::Kind::collapse : TreeCall::Kind::expand, view,
                            static_cast<std::uint32_t>(dice.below(1000))});
    }
  }
  step.write = make_write(dice, makers, script.tables);
  for (std::size_t view = 0; view < script.views.size(); ++view) {
    if (dice.chance(25)) step.unread |= 1u << view;
  }
  return step;
}

// --- writing down ---

class Writer {
 public:
  std::string take() { return std::move(out_); }
  void line(const std::string& text) { out_ += text + '\n'; }

  void table(std::size_t at, const ScriptTable& table) {
    std::string text = "table " + std::to_string(at) + ':';
    for (const Field& field : table.schema.fields()) {
      text += ' ' + field.name + '=' + std::to_string(static_cast<int>(field.storage));
    }
    if (table.options.index) text += " index " + *table.options.index;
    if (table.options.limit) text += " limit " + std::to_string(*table.options.limit);
    if (table.options.pages) text += " on disk";
    if (table.options.spare_text_bytes == 0) text += " without spare texts";
    line(text);
    rows(table.schema, table.rows);
  }

  void rows(const Schema& schema, const ScriptRows& rows) {
    for (std::size_t r = 0; r < rows.rows.size(); ++r) {
      std::string text = "  {";
      if (!rows.ids.empty()) text += "__INDEX__: " + cell(rows.ids[r]) + ", ";
      for (std::size_t c = 0; c < rows.columns.size(); ++c) {
        const auto& value = rows.rows[r][c];
        if (value) text += schema[rows.columns[c]].name + ": " + cell(*value) + ", ";
      }
      if (text.size() > 3) text.resize(text.size() - 2);
      line(text + '}');
    }
  }

  void view(std::size_t at, const ScriptView& view) {
    const ViewConfig& config = view.config;
    std::string head = "view " + std::to_string(at) + (view.tracked ? " (tracked)" : "");
    if (view.made_at > 0) head += " from step " + std::to_string(view.made_at);
    if (view.gone_at != ScriptView{}.gone_at) head += " until step " + std::to_string(view.gone_at);
    line(head + ':');
    names("group_by", config.group_by);
    names("split_by", config.split_by);
    if (config.columns) line("  columns" + joined(*config.columns));
    for (const auto& [name, words] : config.aggregates) line("  aggregate " + name + ":" + joined(words));
    for (const auto& sort : config.sort) {
      line("  sort " + sort.column + " op " + std::to_string(static_cast<int>(sort.op)));
    }
    for (const auto& term : config.filter) filter(term);
    if (config.filter_op == FilterOp::any) line("  filter_op or");
    for (const auto& [name, text] : config.expressions) line("  expression " + name + ": " + text);
    for (const auto& [name, spec] : config.windows) window(name, spec);
    if (config.group_by_depth) line("  group_by_depth " + std::to_string(*config.group_by_depth));
    line("  rollups " + std::to_string(static_cast<int>(config.group_rollup)) + ' ' +
         std::to_string(static_cast<int>(config.split_rollup)));
  }

  void step(std::size_t at, const ScriptStep& step, const Script& script) {
    static const char* const kCalls[] = {"expand", "collapse", "set_depth"};
    static const char* const kWrites[] = {"update", "remove", "replace", "clear"};
    for (const auto& call : step.calls) {
      line("view " + std::to_string(call.view) + ' ' + kCalls[static_cast<int>(call.kind)] + ' ' +
           std::to_string(call.argument));
    }
    std::string text = "step " + std::to_string(at) + ": " + kWrites[static_cast<int>(step.write.kind)] +
                       " table " + std::to_string(step.write.table);
    for (const Value& key : step.write.keys) text += ' ' + cell(key);
    if (step.unread) text += " unread " + std::to_string(step.unread);
    line(text);
    rows(script.tables[step.write.table].schema, step.write.rows);
  }

 private:
  static std::string cell(const Value& value) {
    if (std::holds_alternative<std::monostate>(value)) return "null";
    if (const auto* text = std::get_if<std::string>(&value)) return '"' + *text + '"';
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.17g", std::get<double>(value));
    return digits;
  }
  static std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += ' ' + name;
    return out;
  }
  void names(const char* what, const std::vector<std::string>& list) {
    if (!list.empty()) line("  " + std::string(what) + joined(list));
  }
  void filter(const FilterTerm& term) {
    std::string text = "  filter " + term.column + ' ' + term.op;
    for (const auto& operand : term.operands) {
      if (const auto* flag = std::get_if<bool>(&operand)) {
        text += *flag ? " true" : " false";
      } else if (const auto* number = std::get_if<double>(&operand)) {
        text += ' ' + cell(*number);
      } else if (const auto* words = std::get_if<std::string>(&operand)) {
        text += ' ' + cell(*words);
      } else {
        text += " null";
      }
    }
    line(text);
  }
  void window(const std::string& name, const WindowSpec& spec) {
    std::string text = "  window " + name + ": " + spec.op + " of " + spec.source;
    if (!spec.partition_by.empty()) text += " partition" + joined(spec.partition_by);
    if (spec.order_by) text += " order " + spec.order_by->column + (spec.order_by->descending ? " desc" : "");
    if (const auto* rows = std::get_if<std::uint32_t>(&spec.frame)) text += " rows " + std::to_string(*rows);
    if (const auto* range = std::get_if<double>(&spec.frame)) text += " range " + cell(*range);
    if (spec.offset) text += " offset " + std::to_string(*spec.offset);
    line(text);
  }

  std::string out_;
};

}  // namespace

Script make_script(std::uint64_t seed) {
  Dice dice(seed);
  Script script;
  script.threads = 1 + dice.below(2);
  const bool joined = dice.chance(20);
  const bool large = dice.chance(1) && !joined;  // several morsels
  Makers makers;
  for (std::size_t t = 0; t < (joined ? 2u : 1u); ++t) {
    makers.emplace_back(dice, t == 0 ? "" : "r");
    const Schema& schema = makers.back().schema();
    const std::size_t rows = large ? 40'000 : dice.below(joined ? 40 : 200);
    script.tables.push_back({schema, options_of(dice, schema, joined), makers.back().rows(rows)});
  }
  Schema schema = script.tables[0].schema;
  if (joined && schema[0].storage == Storage::int32) {
    script.join = JoinConfig{"k", "rk", static_cast<JoinType>(dice.below(3))};
    schema = JoinSchema(schema, script.tables[1].schema, *script.join).schema;
  } else {
    script.tables.resize(1);
  }
  Dice storage(~seed);
  for (ScriptTable& table : script.tables) {
    if (storage.chance(50)) table.options.spare_text_bytes = 0;
    if (storage.chance(10)) table.options.pages = std::make_shared<PageFile>("", 1);
  }
  ConfigMaker configs(dice, schema);
  for (std::size_t v = 1 + dice.below(5); v-- > 0;) {
    ViewConfig config = dice.chance(12) ? configs.marks() : configs.config();
    if (large) config.split_by.clear();  // its texts could take more memory than there is
    script.views.push_back({std::move(config), dice.chance(50)});
    if (dice.chance(10)) script.views.push_back(script.views.back());  // shares the computation
  }
  const std::size_t steps = large ? 3 : 4 + dice.below(16);
  for (ScriptView& view : script.views) {
    if (dice.chance(20)) view.made_at = dice.below(steps);
    if (dice.chance(10)) view.gone_at = view.made_at + 1 + dice.below(steps);
  }
  for (std::size_t s = 0; s < steps; ++s) script.steps.push_back(make_step(dice, makers, script));
  return script;
}

std::string describe(const Script& script) {
  Writer writer;
  writer.line("threads " + std::to_string(script.threads));
  for (std::size_t t = 0; t < script.tables.size(); ++t) writer.table(t, script.tables[t]);
  if (script.join) {
    writer.line("join " + script.join->on + " = " + script.join->right_on + " type " +
                std::to_string(static_cast<int>(script.join->type)));
  }
  for (std::size_t v = 0; v < script.views.size(); ++v) writer.view(v, script.views[v]);
  for (std::size_t s = 0; s < script.steps.size(); ++s) writer.step(s, script.steps[s], script);
  return writer.take();
}

RowBatch to_batch(const Schema& schema, const ScriptRows& rows) {
  RowBatch batch;
  batch.rows = rows.rows.size();
  for (std::size_t c = 0; c < rows.columns.size(); ++c) {
    Column column(schema[rows.columns[c]].storage);
    Bitmap present(batch.rows);
    bool gaps = false;
    for (std::size_t r = 0; r < batch.rows; ++r) {
      const auto& value = rows.rows[r][c];
      append(column, value.value_or(kNull));
      present.assign(r, value.has_value());
      gaps = gaps || !value;
    }
    batch.entries.push_back(
        {rows.columns[c], std::move(column), gaps ? std::optional(std::move(present)) : std::nullopt});
  }
  if (!rows.ids.empty()) {
    batch.ids.emplace(Storage::int64);
    for (const Value& id : rows.ids) append(*batch.ids, id);
  }
  return batch;
}

}  // namespace parallax::testing
