#include "server/request_data.h"

#include <utility>
#include <variant>

#include "parallax/error.h"

namespace parallax {

namespace {

/// The data that a request has room for, or null.
wire::TableData* data_of(wire::RequestKind& request) {
  return std::visit(
      [](auto& kind) -> wire::TableData* {
        if constexpr (requires { kind.data; }) {
          return &kind.data;
        } else {
          return nullptr;
        }
      },
      request);
}

}  // namespace

void RequestData::attach(wire::RequestKind& request, Payload payload) {
  wire::TableData* const data = data_of(request);
  if (data == nullptr) {
    throw Error(
        "This request takes no data: only table_make, update, replace and remove can have some beside them");
  }
  using Kind = wire::TableData::Kind;
  if (data->kind == Kind::none || data->kind == Kind::schema || data->kind == Kind::view) {
    throw Error(
        "The request must say of which format the data beside it is: CSV, Arrow, rows, columns or NDJSON");
  }
  if (!data->payload.empty()) {
    throw Error("The request has data of its own and more beside it; leave one of them out");
  }
  if (auto* file = std::get_if<FilePayload>(&payload)) {
    unread_ = std::move(*file);
    return;
  }
  if (auto* arrow = std::get_if<ArrowPayload>(&payload)) {
    if (data->kind != Kind::arrow) {
      throw Error("The data beside this request is Arrow, but the request says something else");
    }
    arrow_ = std::move(*arrow);
    return;
  }
  const auto bytes = std::get<std::span<const std::byte>>(payload);
  data->payload = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Input RequestData::input(const wire::TableData& data, ThreadPool& pool) {
  if (arrow_) return Input(*arrow_);
  if (!unread_) return data.payload;
  return Input(file_.emplace(unread_->path, pool));
}

}  // namespace parallax
