#include <utility>

#include "emit/emit.h"
#include "expression/program.h"
#include "ingest/ingest.h"
#include "parallax/error.h"
#include "server/convert.h"
#include "server/request_context.h"

namespace parallax {

namespace {

using Kind = wire::TableData::Kind;

/// The format of data that comes as text or bytes; none for schema, view and nothing.
std::optional<InputFormat> input_format(Kind kind) {
  switch (kind) {
    case Kind::csv:
      return InputFormat::csv;
    case Kind::arrow:
      return InputFormat::arrow;
    case Kind::rows:
      return InputFormat::json_rows;
    case Kind::columns:
      return InputFormat::json_columns;
    case Kind::ndjson:
      return InputFormat::ndjson;
    case Kind::none:
    case Kind::schema:
    case Kind::view:
      break;
  }
  return std::nullopt;
}

TableOptions table_options(const wire::MakeTableOptions& options, const std::string& page_directory) {
  TableOptions result;
  if (options.page_to_disk) result.pages = std::make_shared<PageFile>(page_directory);
  if (const auto* index = std::get_if<std::string>(&options.key); index && !index->empty()) {
    result.index = *index;
  }
  if (const auto* limit = std::get_if<std::uint32_t>(&options.key)) result.limit = *limit;
  return result;
}

/// The whole view as Arrow, for a table made from it.
TextBuffer view_as_arrow(RequestContext& context, std::string_view name) {
  const auto view = context.engine.registry.view(std::string(name));
  view->table()->flush(context.engine.registry, context.reply.outbox());
  const ViewSlice slice = view->read([](View& open) { return open.slice({}, {}); });
  return to_arrow(slice, {}, context.engine.pool);
}

std::unique_ptr<Table> make_table(RequestContext& context, const wire::MakeTableReq& request) {
  TableOptions options = table_options(request.options, context.engine.options.page_directory);
  if (request.data.kind == Kind::schema) {
    return std::make_unique<Table>(from_wire(request.data.schema), std::move(options));
  }
  const bool of_view = request.data.kind == Kind::view;
  const auto format = of_view ? InputFormat::arrow : input_format(request.data.kind);
  if (!format) throw Error("MakeTableReq malformed: it needs data (a schema, CSV, Arrow, JSON or a view)");
  const TextBuffer copied = of_view ? view_as_arrow(context, request.data.payload) : TextBuffer();
  const Input input = of_view ? Input(copied) : context.data.input(request.data, context.engine.pool);
  const auto flatten = static_cast<ListFlatten>(request.options.list_flatten);
  ParsedTable parsed = parse_table(*format, input, options.index, flatten, context.engine.pool);
  context.data.discard();
  return Table::from_batch(std::move(parsed.schema), std::move(options), std::move(parsed.batch));
}

/// Applies a write now or, in deferred mode, puts it off; answers either way.
void submit(RequestContext& context, HostedTable& table, Write write, wire::ResponseKind answer) {
  if (context.engine.deferred()) {
    context.poll_wanted = true;
    table.defer(std::move(write), context.engine.options.max_waiting_changes_per_table);
    context.reply.send(std::move(answer));
    return;
  }
  const WriterLock writer = table.lock_writer();
  table.write_locked(writer, std::move(write), context.engine.registry, context.reply.outbox(),
                     [&] { context.reply.send(std::move(answer)); });
}

/// The table that the request names, if clients may write to it.
std::shared_ptr<HostedTable> writable_table(RequestContext& context) {
  auto table = context.engine.registry.table(context.reply.entity_id());
  if (table->read_only()) throw Error("Cannot update a read-only join table");
  return table;
}

RowBatch parse_rows(RequestContext& context, const HostedTable& table, const wire::TableData& data,
                    const char* refusal) {
  const auto format = input_format(data.kind);
  if (!format) throw Error(refusal);
  RowBatch rows = parse_update(*format, context.data.input(data, context.engine.pool), table.update_target(),
                               context.engine.pool);
  context.data.discard();
  return rows;
}

}  // namespace

void handle(RequestContext& context, const wire::MakeTableReq& request) {
  EngineState& engine = context.engine;
  const std::string& name = context.reply.entity_id();
  engine.registry.check_table_name(name);
  engine.registry.add_table(
      std::make_shared<HostedTable>(name, make_table(context, request),
                                    static_cast<ListFlatten>(request.options.list_flatten), engine.pool),
      wire::MakeTableResp{}, context.reply);
}

void handle(RequestContext& context, const wire::MakeJoinTableReq& request) {
  EngineState& engine = context.engine;
  const std::string& name = context.reply.entity_id();
  engine.registry.check_table_name(name);
  const auto left = engine.registry.table(request.left_table_id);
  const auto right = engine.registry.table(request.right_table_id);
  left->flush(engine.registry, context.reply.outbox());
  right->flush(engine.registry, context.reply.outbox());
  const auto locks = HostedTable::lock_sources(left, right);
  const JoinConfig config{request.on_column, request.right_on_column,
                          static_cast<JoinType>(request.join_type)};
  const auto join = std::make_shared<HostedTable>(name, left, right, config, engine.pool);
  join->attach(join);
  engine.registry.add_table(join, wire::MakeJoinTableResp{}, context.reply);
}

void handle(RequestContext& context, const wire::TableMakePortReq& /*request*/) {
  context.reply.send(wire::TableMakePortResp{flushed_table(context)->make_port()});
}

void handle(RequestContext& context, wire::TableMakeViewReq& request) {
  Registry& registry = context.engine.registry;
  const std::size_t max_views = context.engine.options.max_views_per_session;
  const auto table = flushed_table(context);
  const auto lock = table->lock_views();
  registry.check_view_name(request.view_id, *context.session, max_views);
  const auto view = std::make_shared<HostedView>(
      request.view_id, table, table->make_view_locked(from_wire(std::move(request.config))), context.session);
  try {
    table->add_view_locked(view);
    registry.add_view(view, max_views, context.reply);
  } catch (...) {
    table->remove_view_locked(*view);
    throw;
  }
}

void handle(RequestContext& context, const wire::TableSchemaReq& /*request*/) {
  context.reply.send(wire::TableSchemaResp{to_wire(flushed_table(context)->schema())});
}

void handle(RequestContext& context, const wire::TableSizeReq& /*request*/) {
  context.reply.send(wire::TableSizeResp{static_cast<std::uint32_t>(flushed_table(context)->size())});
}

void handle(RequestContext& context, const wire::TableValidateExprReq& request) {
  const auto table = flushed_table(context);
  const auto index = table->options().index;
  const RowModel model{table->schema(), index ? table->schema().find(*index) : std::nullopt};
  std::vector<std::pair<std::string, ColumnType>> types;
  wire::TableValidateExprResp response;
  for (const auto& [alias, text] : request.column_to_expr) {
    const ExpressionVerdict verdict = check_expression(alias, text, model);
    if (verdict.type) {
      types.emplace_back(alias, *verdict.type);
    } else {
      response.errors[alias] = {verdict.message, verdict.position.line, verdict.position.column};
    }
  }
  response.expression_schema = to_wire(types);
  response.expression_alias = request.column_to_expr;
  context.reply.send(response);
}

void handle(RequestContext& context, const wire::TableUpdateReq& request) {
  const auto table = writable_table(context);
  if (!table->has_port(request.port_id)) {
    throw Error("Table \"" + table->name() + "\" has no port " + std::to_string(request.port_id) +
                "; use 0, or a number that make_port gave");
  }
  Write write;
  write.port = request.port_id;
  write.rows = parse_rows(context, *table, request.data,
                          "MakeTableReq malformed: an update takes CSV, Arrow or JSON data");
  submit(context, *table, std::move(write), wire::TableUpdateResp{});
}

void handle(RequestContext& context, const wire::TableReplaceReq& request) {
  const auto table = writable_table(context);
  Write write;
  write.kind = Write::Kind::replace;
  write.rows = parse_rows(context, *table, request.data,
                          "TableReplaceReq malformed: a replacement takes CSV, Arrow or JSON data");
  submit(context, *table, std::move(write), wire::TableReplaceResp{});
}

void handle(RequestContext& context, const wire::TableRemoveReq& request) {
  const auto table = writable_table(context);
  table->flush(context.engine.registry, context.reply.outbox());
  const auto format = input_format(request.data.kind);
  const Field& index = table->index_field();
  if (format != InputFormat::json_rows && format != InputFormat::arrow) {
    throw Error("remove malformed: it takes a JSON list of keys, or Arrow with the index column");
  }
  Write write;
  write.kind = Write::Kind::remove;
  write.keys =
      parse_keys(*format, context.data.input(request.data, context.engine.pool), index, context.engine.pool);
  submit(context, *table, std::move(write), wire::TableRemoveResp{});
}

void handle(RequestContext& context, const wire::TableDeleteReq& request) {
  context.engine.registry.delete_table(request.is_immediate, context.reply);
}

void handle(RequestContext& context, const wire::TableOnDeleteReq& /*request*/) {
  context.engine.registry.subscribe_delete(Registry::Subject::table, *context.session, context.reply);
}

void handle(RequestContext& context, const wire::TableRemoveDeleteReq& request) {
  context.engine.registry.unsubscribe_delete(Registry::Subject::table, request.id, context.reply,
                                             wire::TableRemoveDeleteResp{});
}

}  // namespace parallax
