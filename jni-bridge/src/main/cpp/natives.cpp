#include "natives.h"

#include <array>
#include <cstring>
#include <iterator>
#include <memory>

#include "handle_table.h"
#include "jni_support.h"
#include "parallax/engine.h"
#include "upcalls.h"

namespace parallax::jni {
namespace {

/// A session and the handle of the engine it belongs to.
struct OpenSession {
  std::shared_ptr<Session> session;
  jlong engine;
};

// Never destroyed: a daemon thread may still be in a call while the process ends.
HandleTable<Engine>& engines() {
  static auto* table = new HandleTable<Engine>;
  return *table;
}

HandleTable<OpenSession>& sessions() {
  static auto* table = new HandleTable<OpenSession>;
  return *table;
}

std::shared_ptr<Engine> engine_of(jlong handle) {
  auto engine = engines().get(handle);
  if (engine == nullptr) throw Error(ErrorKind::closed, "engine is closed");
  return engine;
}

std::shared_ptr<OpenSession> session_of(jlong handle) {
  auto session = sessions().get(handle);
  if (session == nullptr) throw Error(ErrorKind::closed, "session is closed");
  return session;
}

/// 0 keeps the default.
void set_limit(std::size_t& limit, jlong given) {
  if (given > 0) limit = static_cast<std::size_t>(given);
}

jlong create_engine(JNIEnv* env, jclass, jint threads, jbyteArray page_directory, jobject poll_request,
                    jlong max_request_bytes, jlong max_views, jlong max_subscriptions,
                    jlong max_waiting_changes) {
  return guarded(env, [&]() -> jlong {
    EngineOptions options;
    options.threads = static_cast<unsigned>(threads);
    options.page_directory = text_of(env, page_directory);
    if (poll_request != nullptr) options.on_poll_request = make_poll_handler(env, poll_request);
    set_limit(options.max_request_bytes, max_request_bytes);
    set_limit(options.max_views_per_session, max_views);
    set_limit(options.max_subscriptions_per_session, max_subscriptions);
    set_limit(options.max_waiting_changes_per_table, max_waiting_changes);
    return engines().insert(Engine::create(std::move(options)));
  });
}

jlong open_session(JNIEnv* env, jclass, jlong engine, jobject delivery) {
  return guarded(env, [&]() -> jlong {
    auto owner = engine_of(engine);
    auto session = owner->open_session(make_response_handler(env, delivery));
    const jlong handle = sessions().insert(std::make_shared<OpenSession>(OpenSession{session, engine}));
    // close_engine may have emptied the table a moment ago; then nobody else would take this one out.
    if (engines().get(engine) == nullptr) {
      if (auto orphan = sessions().remove(handle)) orphan->session->close();
      throw Error(ErrorKind::closed, "engine is closed");
    }
    return handle;
  });
}

/// A copy of a part of a Java array. Not a buffer of the session's: a handler may send the next request while
/// this one is being read.
class ArrayCopy {
 public:
  ArrayCopy(JNIEnv* env, jbyteArray array, jint offset, jint length)
      : size_(static_cast<std::size_t>(length)) {
    if (size_ > small_.size()) large_ = std::make_unique_for_overwrite<std::byte[]>(size_);
    std::byte* const to = large_ ? large_.get() : small_.data();
    env->GetByteArrayRegion(array, offset, length, reinterpret_cast<jbyte*>(to));
    if (env->ExceptionCheck() != JNI_FALSE) throw JavaPending{};
  }
  ArrayCopy(JNIEnv* env, jbyteArray array) : ArrayCopy(env, array, 0, env->GetArrayLength(array)) {}
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    return {large_ ? large_.get() : small_.data(), size_};
  }

 private:
  std::size_t size_;
  std::array<std::byte, 4096> small_;
  std::unique_ptr<std::byte[]> large_;
};

std::span<const std::byte> direct_bytes(JNIEnv* env, jobject buffer, jint position, jint length) {
  const auto* address = static_cast<const std::byte*>(env->GetDirectBufferAddress(buffer));
  if (address == nullptr) throw Error("the buffer is not direct");
  return {address + position, static_cast<std::size_t>(length)};
}

void handle_array(JNIEnv* env, jclass, jlong handle, jbyteArray array, jint offset, jint length) {
  guarded(env, [&] {
    auto open = session_of(handle);
    const ArrayCopy request(env, array, offset, length);
    open->session->handle_request(request.bytes());
  });
}

void handle_direct(JNIEnv* env, jclass, jlong handle, jobject buffer, jint position, jint length) {
  guarded(env, [&] {
    auto open = session_of(handle);
    const std::span<const std::byte> request = direct_bytes(env, buffer, position, length);
    // Another thread may write to the buffer while it is parsed: a copy is cheap up to here. Above it the
    // request is parsed in place, and a buffer changed meanwhile gives a wrong request, never a wrong memory
    // access.
    constexpr std::size_t kCopyBelow = std::size_t{64} << 10;
    if (request.size() >= kCopyBelow) {
      open->session->handle_request(request);
      return;
    }
    auto copy = std::make_unique_for_overwrite<std::byte[]>(request.size());
    if (!request.empty()) std::memcpy(copy.get(), request.data(), request.size());
    open->session->handle_request({copy.get(), request.size()});
  });
}

void handle_with_direct(JNIEnv* env, jclass, jlong handle, jbyteArray array, jobject payload, jint position,
                        jint length) {
  guarded(env, [&] {
    auto open = session_of(handle);
    const ArrayCopy request(env, array);
    open->session->handle_request(request.bytes(), direct_bytes(env, payload, position, length));
  });
}

void handle_with_array(JNIEnv* env, jclass, jlong handle, jbyteArray array, jbyteArray payload, jint offset,
                       jint length) {
  guarded(env, [&] {
    auto open = session_of(handle);
    const ArrayCopy request(env, array);
    const ArrayCopy data(env, payload, offset, length);
    open->session->handle_request(request.bytes(), data.bytes());
  });
}

void handle_with_file(JNIEnv* env, jclass, jlong handle, jbyteArray array, jbyteArray path) {
  guarded(env, [&] {
    auto open = session_of(handle);
    const ArrayCopy request(env, array);
    open->session->handle_request(request.bytes(), FilePayload{text_of(env, path)});
  });
}

void handle_with_arrow(JNIEnv* env, jclass, jlong handle, jbyteArray array, jlong schema, jlong cells) {
  guarded(env, [&] {
    // Taken over before anything can fail, so that it is released whatever happens.
    ArrowPayload payload{ArrowCOwned(reinterpret_cast<ArrowCSchema*>(schema)),
                         ArrowCOwned(reinterpret_cast<ArrowCArray*>(cells))};
    auto open = session_of(handle);
    const ArrayCopy request(env, array);
    open->session->handle_request(request.bytes(), std::move(payload));
  });
}

void poll_session(JNIEnv* env, jclass, jlong handle) {
  guarded(env, [&] { session_of(handle)->session->poll(); });
}

jboolean is_open(JNIEnv* env, jclass, jlong handle) {
  return guarded(env, [&]() -> jboolean { return sessions().get(handle) != nullptr ? JNI_TRUE : JNI_FALSE; });
}

void close_session(JNIEnv* env, jclass, jlong handle) {
  guarded(env, [&] {
    if (auto open = sessions().remove(handle)) open->session->close();
  });
}

void poll_engine(JNIEnv* env, jclass, jlong handle) {
  guarded(env, [&] { engine_of(handle)->poll(); });
}

void close_engine(JNIEnv* env, jclass, jlong handle) {
  guarded(env, [&] {
    auto engine = engines().remove(handle);
    if (engine == nullptr) return;
    const auto orphans = sessions().remove_if([&](const OpenSession& open) { return open.engine == handle; });
    engine->close();
  });
}

jlong live_sessions(JNIEnv* env, jclass) {
  return guarded(env, [&]() -> jlong { return static_cast<jlong>(sessions().size()); });
}

jlong live_handlers(JNIEnv*, jclass) { return static_cast<jlong>(live_response_handlers()); }

jobject buffer_at(JNIEnv* env, jclass, jlong address, jlong length) {
  return env->NewDirectByteBuffer(reinterpret_cast<void*>(static_cast<std::intptr_t>(address)), length);
}

template <class Function>
JNINativeMethod entry(const char* name, const char* signature, Function* function) {
  // The JNI's struct wants pointers to mutable text, which it does not change.
  return {const_cast<char*>(name), const_cast<char*>(signature), reinterpret_cast<void*>(function)};
}

}  // namespace

void register_natives(JNIEnv* env) {
  const JNINativeMethod methods[] = {
      entry("createEngine", "(I[BLdev/parallax/jni/PollRequest;JJJJ)J", create_engine),
      entry("pollEngine", "(J)V", poll_engine),
      entry("closeEngine", "(J)V", close_engine),
      entry("openSession", "(JLdev/parallax/jni/Delivery;)J", open_session),
      entry("handleArray", "(J[BII)V", handle_array),
      entry("handleDirect", "(JLjava/nio/ByteBuffer;II)V", handle_direct),
      entry("handleWithDirect", "(J[BLjava/nio/ByteBuffer;II)V", handle_with_direct),
      entry("handleWithArray", "(J[B[BII)V", handle_with_array),
      entry("handleWithFile", "(J[B[B)V", handle_with_file),
      entry("handleWithArrow", "(J[BJJ)V", handle_with_arrow),
      entry("pollSession", "(J)V", poll_session),
      entry("isOpen", "(J)Z", is_open),
      entry("closeSession", "(J)V", close_session),
      entry("liveSessions", "()J", live_sessions),
      entry("liveHandlers", "()J", live_handlers),
      entry("bufferAt", "(JJ)Ljava/nio/ByteBuffer;", buffer_at),
  };
  if (env->RegisterNatives(ids().bridge, methods, static_cast<jint>(std::size(methods))) != JNI_OK) {
    throw JavaPending{};
  }
}

}  // namespace parallax::jni
