// The rules of JNI in one place: threads, references, exceptions.
#pragma once

#include <jni.h>

#include <cstddef>
#include <new>
#include <string>
#include <string_view>

#include "parallax/error.h"

namespace parallax::jni {

/// Thrown by the helpers here after a JNI function failed: a Java exception is pending, nothing else is to be
/// done.
struct JavaPending {};

/// Ids of the Java classes this library talks to, looked up once in JNI_OnLoad. The class references are
/// global, so the ids stay valid until JNI_OnUnload.
struct JavaIds {
  jclass bridge = nullptr;
  jclass native_exception = nullptr;
  jclass out_of_memory = nullptr;
  jclass delivery = nullptr;
  jclass poll_request = nullptr;
  jmethodID make_exception = nullptr;  // static RuntimeException NativeException.of(int kind, byte[] utf8)
  jmethodID deliver = nullptr;         // void Delivery.deliver(long address, long length)
  jmethodID fire = nullptr;            // void PollRequest.fire()
};

/// Looks everything up. Throws JavaPending if a class or method is missing.
void load_ids(JavaVM* vm, JNIEnv* env);
/// Undoes load_ids; also after a load_ids that failed half way.
void unload_ids(JNIEnv* env) noexcept;
[[nodiscard]] const JavaIds& ids() noexcept;

/// The calling thread's environment. A native thread is attached once, as a daemon, and detached when it
/// ends. Null while the VM shuts down: then drop the work.
[[nodiscard]] JNIEnv* current_env() noexcept;

/// Makes a Java exception pending: IllegalStateException for `closed`, NativeException otherwise.
void throw_java(JNIEnv* env, ErrorKind kind, std::string_view message) noexcept;
void throw_out_of_memory(JNIEnv* env) noexcept;

/// The UTF-8 text in a byte array; null gives an empty string.
[[nodiscard]] std::string text_of(JNIEnv* env, jbyteArray utf8);

/// A global reference, released on whichever thread drops it.
class GlobalRef {
 public:
  GlobalRef(JNIEnv* env, jobject object);
  GlobalRef(const GlobalRef&) = delete;
  GlobalRef& operator=(const GlobalRef&) = delete;
  ~GlobalRef();
  [[nodiscard]] jobject get() const noexcept { return object_; }

 private:
  jobject object_;
};

/// Local references made during an upcall live no longer than it: a native thread never returns to Java.
class LocalFrame {
 public:
  LocalFrame(JNIEnv* env, jint capacity) noexcept : env_(env), ok_(env->PushLocalFrame(capacity) == JNI_OK) {}
  LocalFrame(const LocalFrame&) = delete;
  LocalFrame& operator=(const LocalFrame&) = delete;
  ~LocalFrame() {
    if (ok_) env_->PopLocalFrame(nullptr);
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  JNIEnv* env_;
  bool ok_;
};

/// Body of every native method: no C++ exception crosses into Java. If making the Java exception fails with a
/// C++ exception the process terminates, which is what noexcept is for.
template <class Body>
auto guarded(JNIEnv* env, Body&& body) noexcept -> decltype(body()) {
  using Result = decltype(body());
  try {
    return body();
  } catch (const JavaPending&) {
    // Java will throw it when the native method returns.
  } catch (const Error& error) {
    throw_java(env, error.kind(), error.what());
  } catch (const std::bad_alloc&) {
    throw_out_of_memory(env);
  } catch (const std::exception& error) {
    throw_java(env, ErrorKind::internal, error.what());
  } catch (...) {
    throw_java(env, ErrorKind::internal, "unknown native error");
  }
  if constexpr (!std::is_void_v<Result>) return Result{};
}

}  // namespace parallax::jni
