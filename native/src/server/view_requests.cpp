#include <utility>

#include "emit/emit.h"
#include "parallax/error.h"
#include "server/convert.h"
#include "server/request_context.h"

namespace parallax {

namespace {

/// A part of the view, taken out under the table's lock; what is made of it needs none.
ViewSlice take_slice(RequestContext& context, const wire::ViewPort& port, const SliceOptions& options) {
  return flushed_view(context)->read([&](View& view) { return view.slice(from_wire(port), options); });
}

/// One of the three JSON outputs, made by `format`.
template <class F>
TextBuffer as_json(RequestContext& context, const wire::JsonReq& request, F&& format) {
  const ViewSlice slice = take_slice(context, request.viewport, {request.id, request.index});
  return format(slice, JsonOptions{request.formatted, request.id, request.index}, context.engine.pool);
}

/// Subscribes, so that everything after this is heard and nothing before.
void subscribe(RequestContext& context, Subscriptions HostedView::*list, bool rows) {
  Registry& registry = context.engine.registry;
  const auto view = flushed_view(context);
  const auto lock = view->table()->lock_views();
  if (rows) view->table()->track_locked(*view);
  registry.subscribe_view(view, list, rows, *context.session, context.reply.msg_id());
}

}  // namespace

void handle(RequestContext& context, const wire::ViewColumnPathsReq& request) {
  const Viewport window{{}, {}, request.start_col, request.end_col};
  auto paths = flushed_view(context)->read([&](View& view) { return view.column_paths(window); });
  context.reply.send(wire::ViewColumnPathsResp{std::move(paths)});
}

void handle(RequestContext& context, const wire::ViewDeleteReq& /*request*/) {
  Registry& registry = context.engine.registry;
  const auto view = registry.view(context.reply.entity_id());
  const auto lock = view->table()->lock_views();
  if (!registry.remove_view(*view, context.reply.outbox(), &context.reply)) {
    throw Error(ErrorKind::unknown_view, "View not found");
  }
  view->table()->remove_view_locked(*view);
}

void handle(RequestContext& context, const wire::ViewDimensionsReq& /*request*/) {
  context.reply.send(flushed_view(context)->dimensions());
}

void handle(RequestContext& context, const wire::ViewExpressionSchemaReq& /*request*/) {
  const auto view = context.engine.registry.view(context.reply.entity_id());
  context.reply.send(wire::ViewExpressionSchemaResp{view->expression_schema()});
}

void handle(RequestContext& context, const wire::ViewGetConfigReq& /*request*/) {
  const auto view = context.engine.registry.view(context.reply.entity_id());
  context.reply.send(wire::ViewGetConfigResp{view->config()});
}

void handle(RequestContext& context, const wire::ViewSchemaReq& /*request*/) {
  context.reply.send(wire::ViewSchemaResp{flushed_view(context)->schema()});
}

void handle(RequestContext& context, const wire::ViewToArrowReq& request) {
  const ArrowOptions options{request.compression, request.viewport.emit_legacy_row_path_names.value_or(true)};
  const ViewSlice slice = take_slice(context, request.viewport, {});
  context.reply.send(wire::ViewToArrowResp{to_arrow(slice, options, context.engine.pool)});
}

void handle(RequestContext& context, const wire::ViewCollapseReq& request) {
  const auto changed =
      flushed_view(context)->reshape([&](View& view) { return view.collapse(request.row_index); });
  context.reply.send(wire::ViewCollapseResp{changed});
}

void handle(RequestContext& context, const wire::ViewExpandReq& request) {
  const auto changed =
      flushed_view(context)->reshape([&](View& view) { return view.expand(request.row_index); });
  context.reply.send(wire::ViewExpandResp{changed});
}

void handle(RequestContext& context, const wire::ViewSetDepthReq& request) {
  flushed_view(context)->reshape([&](View& view) {
    view.set_depth(request.depth);
    return std::uint32_t{0};
  });
  context.reply.send(wire::ViewSetDepthResp{});
}

void handle(RequestContext& context, const wire::ViewGetMinMaxReq& request) {
  auto range = flushed_view(context)->read([&](View& view) { return view.min_max(request.column_name); });
  context.reply.send(wire::ViewGetMinMaxResp{std::move(range.first), std::move(range.second)});
}

void handle(RequestContext& context, const wire::ViewToColumnsStringReq& request) {
  context.reply.send(wire::ViewToColumnsStringResp{as_json(context, request, to_columns_json)});
}

void handle(RequestContext& context, const wire::ViewToRowsStringReq& request) {
  context.reply.send(wire::ViewToRowsStringResp{as_json(context, request, to_rows_json)});
}

void handle(RequestContext& context, const wire::ViewToNdjsonStringReq& request) {
  context.reply.send(wire::ViewToNdjsonStringResp{as_json(context, request, to_ndjson)});
}

void handle(RequestContext& context, const wire::ViewToCsvReq& request) {
  const ViewSlice slice = take_slice(context, request.viewport, {});
  context.reply.send(wire::ViewToCsvResp{to_csv(slice, context.engine.pool)});
}

void handle(RequestContext& context, const wire::ViewOnUpdateReq& request) {
  subscribe(context, &HostedView::on_update, request.row_mode);
}

void handle(RequestContext& context, const wire::ViewRemoveOnUpdateReq& request) {
  context.engine.registry.unsubscribe_view(&HostedView::on_update, request.id, context.reply,
                                           wire::ViewRemoveOnUpdateResp{});
}

void handle(RequestContext& context, const wire::ViewOnRemoveReq& /*request*/) {
  subscribe(context, &HostedView::on_remove, false);
}

void handle(RequestContext& context, const wire::ViewRemoveOnRemoveReq& request) {
  context.engine.registry.unsubscribe_view(&HostedView::on_remove, request.id, context.reply,
                                           wire::ViewRemoveOnRemoveResp{});
}

void handle(RequestContext& context, const wire::ViewOnDeleteReq& /*request*/) {
  context.engine.registry.subscribe_delete(Registry::Subject::view, *context.session, context.reply);
}

void handle(RequestContext& context, const wire::ViewRemoveDeleteReq& request) {
  context.engine.registry.unsubscribe_delete(Registry::Subject::view, request.id, context.reply,
                                             wire::ViewRemoveDeleteResp{});
}

}  // namespace parallax
