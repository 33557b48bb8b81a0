// What a request handler works with.
#pragma once

#include <functional>
#include <memory>

#include "base/thread_pool.h"
#include "parallax/engine.h"
#include "protocol/request.h"
#include "server/registry.h"
#include "server/request_data.h"
#include "server/system_info.h"

namespace parallax {

/// What all sessions of an engine share.
struct EngineState {
  explicit EngineState(EngineOptions given) : options(std::move(given)), pool(options.threads) {}
  /// Changes wait for a poll.
  [[nodiscard]] bool deferred() const noexcept { return options.on_poll_request != nullptr; }

  const EngineOptions options;
  ThreadPool pool;
  Registry registry;
  SystemInfo system_info;
};

struct RequestContext {
  EngineState& engine;
  std::shared_ptr<SessionState> session;
  Reply& reply;
  bool& poll_wanted;  ///< set when something is put off
  RequestData& data;
};

/// Runs a request: sends its answer, or throws Error to have it answered by a server_error.
void run_request(RequestContext& context, wire::RequestKind request);

// One overload a kind, by subject. Requests of the server:
void handle(RequestContext&, const wire::GetFeaturesReq&);
void handle(RequestContext&, const wire::GetHostedTablesReq&);
void handle(RequestContext&, const wire::RemoveHostedTablesUpdateReq&);
void handle(RequestContext&, const wire::ServerSystemInfoReq&);
// of a table:
void handle(RequestContext&, const wire::MakeTableReq&);
void handle(RequestContext&, const wire::MakeJoinTableReq&);
void handle(RequestContext&, const wire::TableMakePortReq&);
void handle(RequestContext&, wire::TableMakeViewReq&);
void handle(RequestContext&, const wire::TableSchemaReq&);
void handle(RequestContext&, const wire::TableSizeReq&);
void handle(RequestContext&, const wire::TableValidateExprReq&);
void handle(RequestContext&, const wire::TableUpdateReq&);
void handle(RequestContext&, const wire::TableReplaceReq&);
void handle(RequestContext&, const wire::TableRemoveReq&);
void handle(RequestContext&, const wire::TableDeleteReq&);
void handle(RequestContext&, const wire::TableOnDeleteReq&);
void handle(RequestContext&, const wire::TableRemoveDeleteReq&);
// of a view:
void handle(RequestContext&, const wire::ViewColumnPathsReq&);
void handle(RequestContext&, const wire::ViewDeleteReq&);
void handle(RequestContext&, const wire::ViewDimensionsReq&);
void handle(RequestContext&, const wire::ViewExpressionSchemaReq&);
void handle(RequestContext&, const wire::ViewGetConfigReq&);
void handle(RequestContext&, const wire::ViewSchemaReq&);
void handle(RequestContext&, const wire::ViewToArrowReq&);
void handle(RequestContext&, const wire::ViewCollapseReq&);
void handle(RequestContext&, const wire::ViewExpandReq&);
void handle(RequestContext&, const wire::ViewGetMinMaxReq&);
void handle(RequestContext&, const wire::ViewOnUpdateReq&);
void handle(RequestContext&, const wire::ViewRemoveOnUpdateReq&);
void handle(RequestContext&, const wire::ViewSetDepthReq&);
void handle(RequestContext&, const wire::ViewToColumnsStringReq&);
void handle(RequestContext&, const wire::ViewToCsvReq&);
void handle(RequestContext&, const wire::ViewToRowsStringReq&);
void handle(RequestContext&, const wire::ViewToNdjsonStringReq&);
void handle(RequestContext&, const wire::ViewOnDeleteReq&);
void handle(RequestContext&, const wire::ViewRemoveDeleteReq&);
void handle(RequestContext&, const wire::ViewOnRemoveReq&);
void handle(RequestContext&, const wire::ViewRemoveOnRemoveReq&);

/// The table or view that the request names, after its pending changes are applied.
std::shared_ptr<HostedTable> flushed_table(RequestContext& context);
std::shared_ptr<HostedView> flushed_view(RequestContext& context);

}  // namespace parallax
