#include "upcalls.h"

#include <atomic>
#include <memory>

#include "jni_support.h"

namespace parallax::jni {
namespace {

std::atomic<std::size_t> live_handlers{0};

constexpr jint kLocalReferences = 8;

/// Calls a void method that catches everything itself; what still comes out (a stack overflow in the catch
/// block) must not stay pending for whoever uses this thread next.
template <class... Arguments>
void call_void(const GlobalRef& target, jmethodID method, Arguments... arguments) noexcept {
  JNIEnv* env = current_env();
  if (env == nullptr) return;
  const LocalFrame frame(env, kLocalReferences);
  if (frame.ok()) env->CallVoidMethod(target.get(), method, arguments...);
  if (env->ExceptionCheck() != JNI_FALSE) env->ExceptionClear();
}

/// Counted, so that tests can tell a closed session from a freed one.
struct Target {
  Target(JNIEnv* env, jobject delivery) : ref(env, delivery) { ++live_handlers; }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target() { --live_handlers; }
  GlobalRef ref;
};

}  // namespace

ResponseHandler make_response_handler(JNIEnv* env, jobject delivery) {
  auto target = std::make_shared<Target>(env, delivery);
  return [target = std::move(target)](std::span<const std::byte> response) {
    call_void(target->ref, ids().deliver,
              static_cast<jlong>(reinterpret_cast<std::intptr_t>(response.data())),
              static_cast<jlong>(response.size()));
  };
}

PollRequestHandler make_poll_handler(JNIEnv* env, jobject poll_request) {
  auto target = std::make_shared<GlobalRef>(env, poll_request);
  return [target = std::move(target)] { call_void(*target, ids().fire); };
}

std::size_t live_response_handlers() noexcept { return live_handlers.load(); }

}  // namespace parallax::jni
