#include "server/features.h"
#include "server/request_context.h"

namespace parallax {

void run_request(RequestContext& context, wire::RequestKind request) {
  std::visit([&](auto& kind) { handle(context, kind); }, request);
}

std::shared_ptr<HostedTable> flushed_table(RequestContext& context) {
  auto table = context.engine.registry.table(context.reply.entity_id());
  table->flush(context.engine.registry, context.reply.outbox());
  return table;
}

std::shared_ptr<HostedView> flushed_view(RequestContext& context) {
  auto view = context.engine.registry.view(context.reply.entity_id());
  view->table()->flush(context.engine.registry, context.reply.outbox());
  return view;
}

void handle(RequestContext& context, const wire::GetFeaturesReq& /*request*/) {
  context.reply.send(features());
}

void handle(RequestContext& context, const wire::GetHostedTablesReq& request) {
  Registry& registry = context.engine.registry;
  if (request.subscribe) {
    registry.subscribe_hosted_tables(*context.session, context.reply.msg_id());
  } else {
    context.reply.send(registry.hosted_tables());
  }
}

void handle(RequestContext& context, const wire::RemoveHostedTablesUpdateReq& request) {
  context.engine.registry.unsubscribe_hosted_tables(request.id, context.reply);
}

void handle(RequestContext& context, const wire::ServerSystemInfoReq& /*request*/) {
  context.reply.send(context.engine.system_info.take());
}

}  // namespace parallax
