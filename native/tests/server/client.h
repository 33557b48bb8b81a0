// A client for the server's tests: writes requests, keeps the responses of one session.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parallax/engine.h"

namespace parallax::test {

/// Field numbers of the kinds, the same in requests and responses.
enum Kind : std::uint32_t {
  kNone = 0,
  kFeatures = 3,
  kHostedTables = 4,
  kMakePort = 5,
  kMakeView = 6,
  kTableSchema = 7,
  kTableSize = 8,
  kValidateExpr = 9,
  kColumnPaths = 10,
  kViewDelete = 11,
  kDimensions = 12,
  kExpressionSchema = 13,
  kGetConfig = 14,
  kViewSchema = 15,
  kToArrow = 16,
  kSystemInfo = 17,
  kCollapse = 18,
  kExpand = 19,
  kMinMax = 20,
  kOnUpdate = 21,
  kRemoveOnUpdate = 22,
  kSetDepth = 23,
  kToColumns = 24,
  kToCsv = 25,
  kToRows = 26,
  kMakeTable = 27,
  kTableDelete = 28,
  kTableOnDelete = 29,
  kTableRemoveDelete = 30,
  kTableRemove = 31,
  kTableReplace = 32,
  kTableUpdate = 33,
  kViewOnDelete = 34,
  kViewRemoveDelete = 35,
  kToNdjson = 36,
  kRemoveHostedTables = 37,
  kMakeJoin = 38,
  kOnRemove = 39,
  kRemoveOnRemove = 40,
  kError = 50
};

/// The members of the data oneof.
enum Data : std::uint32_t { kSchema = 1, kCsv = 2, kArrow = 3, kRows = 4, kCols = 5, kView = 6, kNdjson = 7 };

struct Response {
  std::uint32_t id = 0;
  std::string entity;
  std::uint32_t kind = kNone;
  std::string body;

  static Response parse(std::span<const std::byte> bytes) {
    Response response;
    protozero::pbf_reader message{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    while (message.next()) {
      if (message.tag() == 1) {
        response.id = message.get_uint32();
      } else if (message.tag() == 2) {
        response.entity = message.get_string();
      } else {
        response.kind = message.tag();
        response.body = message.get_string();
      }
    }
    return response;
  }

  /// The first text or bytes field of this number; empty if there is none.
  [[nodiscard]] std::string text(std::uint32_t field = 1) const {
    protozero::pbf_reader message{body};
    return message.next(field, protozero::pbf_wire_type::length_delimited) ? message.get_string() : "";
  }
  [[nodiscard]] std::uint32_t number(std::uint32_t field = 1) const {
    protozero::pbf_reader message{body};
    return message.next(field, protozero::pbf_wire_type::varint) ? message.get_uint32() : 0;
  }
  [[nodiscard]] bool has(std::uint32_t field) const {
    protozero::pbf_reader message{body};
    return message.next(field);
  }
};

template <class F>
std::string message(F&& fill) {
  std::string bytes;
  protozero::pbf_writer out{bytes};
  fill(out);
  return bytes;
}

inline std::string request_bytes(std::uint32_t id, std::string_view entity, std::uint32_t kind,
                                 const std::string& body = {}) {
  return message([&](protozero::pbf_writer& out) {
    out.add_uint32(1, id);
    out.add_string(2, entity.data(), entity.size());
    out.add_message(kind, body);
  });
}

/// One session and what it was sent. Thread-safe.
class Client {
 public:
  explicit Client(Engine& engine)
      : inbox_(std::make_shared<Inbox>()),
        session_(engine.open_session([inbox = inbox_](auto bytes) { inbox->add(Response::parse(bytes)); })) {}

  [[nodiscard]] Session& session() { return *session_; }

  /// Sends a request, returns its id.
  std::uint32_t send(std::string_view entity, std::uint32_t kind, const std::string& body = {}) {
    const std::uint32_t id = next_id_++;
    const std::string bytes = request_bytes(id, entity, kind, body);
    session_->handle_request(std::as_bytes(std::span(bytes)));
    return id;
  }
  /// All that came since the last call.
  std::vector<Response> take() {
    const std::lock_guard lock(inbox_->mutex);
    return std::exchange(inbox_->responses, {});
  }
  /// Sends a request and returns its answer, which another thread may be delivering; other responses are
  /// dropped. An empty response if none comes.
  Response ask(std::string_view entity, std::uint32_t kind, const std::string& body = {}) {
    const std::uint32_t id = send(entity, kind, body);
    Response answer;
    std::unique_lock lock(inbox_->mutex);
    (void)inbox_->arrived.wait_for(lock, std::chrono::seconds(30), [&] {
      for (auto& response : std::exchange(inbox_->responses, {})) {
        if (response.id == id) answer = std::move(response);
      }
      return answer.kind != kNone;
    });
    return answer;
  }

  // --- requests in short ---
  Response make_table(std::string_view name, std::uint32_t data, std::string_view payload,
                      std::string_view index = {}, std::optional<std::uint32_t> limit = {},
                      bool page_to_disk = false) {
    return ask(name, kMakeTable, message([&](protozero::pbf_writer& out) {
                 out.add_message(1, data_message(data, payload));
                 out.add_message(2, message([&](protozero::pbf_writer& options) {
                                   if (!index.empty()) options.add_string(1, index.data(), index.size());
                                   if (limit) options.add_uint32(2, *limit);
                                   if (page_to_disk) options.add_bool(3, true);
                                 }));
               }));
  }
  static std::string data_message(std::uint32_t data, std::string_view payload) {
    return message([&](protozero::pbf_writer& out) { out.add_bytes(data, payload.data(), payload.size()); });
  }
  static std::string change(std::string_view rows, std::uint32_t port = 0, std::uint32_t data = kRows) {
    return message([&](protozero::pbf_writer& out) {
      out.add_message(1, data_message(data, rows));
      if (port != 0) out.add_uint32(2, port);
    });
  }
  Response update(std::string_view table, std::string_view rows, std::uint32_t port = 0) {
    return ask(table, kTableUpdate, change(rows, port));
  }
  Response make_view(std::string_view table, std::string_view view, const std::string& config = {}) {
    return ask(table, kMakeView, message([&](protozero::pbf_writer& out) {
                 out.add_string(1, view.data(), view.size());
                 out.add_message(2, config);
               }));
  }
  /// `type`: 0 inner, 1 left, 2 outer.
  Response make_join(std::string_view name, std::string_view left, std::string_view right,
                     std::string_view on, std::uint32_t type = 0, std::string_view right_on = {}) {
    return ask(name, kMakeJoin, message([&](protozero::pbf_writer& out) {
                 out.add_string(1, left.data(), left.size());
                 out.add_string(2, right.data(), right.size());
                 out.add_string(3, on.data(), on.size());
                 out.add_enum(4, static_cast<std::int32_t>(type));
                 out.add_string(5, right_on.data(), right_on.size());
               }));
  }
  static std::string number_message(std::uint32_t value) {
    return message([&](protozero::pbf_writer& out) { out.add_uint32(1, value); });
  }
  static std::string row_mode() {
    return message([](protozero::pbf_writer& out) { out.add_enum(1, 0); });
  }
  static std::string flag() {
    return message([](protozero::pbf_writer& out) { out.add_bool(1, true); });
  }
  std::string csv(std::string_view view) { return ask(view, kToCsv).text(); }

 private:
  struct Inbox {
    void add(Response response) {
      const std::lock_guard lock(mutex);
      responses.push_back(std::move(response));
      arrived.notify_all();
    }
    std::mutex mutex;
    std::condition_variable arrived;
    std::vector<Response> responses;
  };
  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<Session> session_;
  std::uint32_t next_id_ = 1;
};

/// The kinds of responses, in order.
inline std::vector<std::uint32_t> kinds(const std::vector<Response>& responses) {
  std::vector<std::uint32_t> result;
  for (const auto& response : responses) result.push_back(response.kind);
  return result;
}

/// A schema message of integer columns.
inline std::string integers(std::initializer_list<std::string_view> names) {
  return message([&](protozero::pbf_writer& out) {
    for (const auto name : names) {
      out.add_message(1, message([&](protozero::pbf_writer& pair) {
                        pair.add_string(1, name.data(), name.size());
                        pair.add_enum(2, 3);
                      }));
    }
  });
}

}  // namespace parallax::test
