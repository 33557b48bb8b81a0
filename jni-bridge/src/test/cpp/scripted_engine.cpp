// An engine that does what the first byte of a request says, for tests of the crossing that the real one
// cannot give: responses from threads of its own, exceptions out of it, and planted faults for the sanitizers
// to find.
//   e...   answer with the rest            t...   the same from a new native thread, which then ends
//   x<k>.. throw Error of kind k           b / s  throw bad_alloc / runtime_error
//   p      ask for a poll                  u / r  read freed memory / race on a variable
// A request with a payload is answered with its own bytes, then those of the payload or the file's name.
#include <atomic>
#include <cstring>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "parallax/engine.h"
#include "parallax/error.h"

namespace parallax {
namespace {

using Bytes = std::vector<std::byte>;

// Reads through a volatile pointer, so that the compiler cannot see what is wrong.
char read_freed_memory() {
  char* volatile memory = new char[64]();
  delete[] memory;
  return memory[8];
}

void race_on_a_variable() {
  static volatile int variable = 0;
  auto count = [] {
    for (int i = 0; i < 1000; ++i) variable = variable + 1;
  };
  std::thread other(count);
  count();
  other.join();
}

class ScriptedSession final : public Session {
 public:
  ScriptedSession(ResponseHandler handler, PollRequestHandler on_poll_request)
      : handler_(std::move(handler)), on_poll_request_(std::move(on_poll_request)) {}

  void handle_request(std::span<const std::byte> request) override {
    if (request.empty()) return;
    const auto rest = request.subspan(1);
    switch (static_cast<char>(request[0])) {
      case 'e':
        answer(rest);
        break;
      case 't':
        std::thread([&] { answer(rest); }).join();
        break;
      case 'x':
        throw Error(static_cast<ErrorKind>(static_cast<int>(rest[0]) - '0'), text(rest.subspan(1)));
      case 'b':
        throw std::bad_alloc();
      case 's':
        throw std::runtime_error(text(rest));
      case 'p':
        on_poll_request_();
        break;
      case 'u': {
        const std::byte read{static_cast<unsigned char>(read_freed_memory())};
        answer({&read, 1});
        break;
      }
      case 'r':
        race_on_a_variable();
        break;
      default:
        throw Error("no such command");
    }
  }

  void handle_request(std::span<const std::byte> request, Payload payload) override {
    Bytes both(request.begin(), request.end());
    const auto add = [&](std::span<const std::byte> bytes) {
      both.insert(both.end(), bytes.begin(), bytes.end());
    };
    if (const auto* file = std::get_if<FilePayload>(&payload)) {
      add(std::as_bytes(std::span(file->path)));
    } else if (const auto* arrow = std::get_if<ArrowPayload>(&payload)) {
      const auto* schema = arrow->schema.get();
      add(std::as_bytes(std::span(std::string_view(schema != nullptr ? schema->format : "released"))));
    } else {
      add(std::get<std::span<const std::byte>>(payload));
    }
    answer(both);
  }

  void poll() override {
    static constexpr char kWord[] = "poll";
    answer(std::as_bytes(std::span(kWord, 4)));
  }

  void close() noexcept override { closed_ = true; }

 private:
  static std::string text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  void answer(std::span<const std::byte> response) {
    std::unique_lock lock(mutex_);
    queue_.emplace_back(response.begin(), response.end());
    if (draining_) return;
    draining_ = true;
    while (!queue_.empty() && !closed_) {
      const Bytes next = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      handler_(next);
      lock.lock();
    }
    draining_ = false;
  }

  ResponseHandler handler_;
  PollRequestHandler on_poll_request_;
  std::mutex mutex_;
  std::deque<Bytes> queue_;
  bool draining_ = false;
  std::atomic<bool> closed_{false};
};

class ScriptedEngine final : public Engine {
 public:
  explicit ScriptedEngine(EngineOptions options) : options_(std::move(options)) {}
  std::shared_ptr<Session> open_session(ResponseHandler handler) override {
    return std::make_shared<ScriptedSession>(std::move(handler), options_.on_poll_request);
  }
  void poll() override {}
  void close() noexcept override {}

 private:
  EngineOptions options_;
};

}  // namespace

std::shared_ptr<Engine> Engine::create(EngineOptions options) {
  return std::make_shared<ScriptedEngine>(std::move(options));
}

}  // namespace parallax
