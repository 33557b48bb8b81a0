#include "jni_support.h"

#include <algorithm>
#include <limits>

namespace parallax::jni {
namespace {

JavaVM* java_vm = nullptr;
JavaIds java_ids;

/// Attachment of a thread that Java did not start.
class Attachment {
 public:
  Attachment() = default;
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  ~Attachment() {
    if (env_ != nullptr && java_vm != nullptr) java_vm->DetachCurrentThread();
  }

  JNIEnv* env() noexcept {
    if (env_ != nullptr) return env_;
    if (java_vm == nullptr) return nullptr;
    void* found = nullptr;
    // A thread of Java's own may detach and come back with another environment, so that one is not kept.
    if (java_vm->GetEnv(&found, JNI_VERSION_10) == JNI_OK) return static_cast<JNIEnv*>(found);
    char name[] = "parallax-worker";
    JavaVMAttachArgs arguments{JNI_VERSION_10, name, nullptr};
    if (java_vm->AttachCurrentThreadAsDaemon(&found, &arguments) != JNI_OK) return nullptr;
    env_ = static_cast<JNIEnv*>(found);
    return env_;
  }

 private:
  JNIEnv* env_ = nullptr;
};

thread_local Attachment attachment;

jclass global_class(JNIEnv* env, const char* name) {
  jclass local = env->FindClass(name);
  if (local == nullptr) throw JavaPending{};
  auto* global = static_cast<jclass>(env->NewGlobalRef(local));
  env->DeleteLocalRef(local);
  if (global == nullptr) {
    throw_out_of_memory(env);
    throw JavaPending{};
  }
  return global;
}

jmethodID method(JNIEnv* env, jclass type, const char* name, const char* signature) {
  jmethodID id = env->GetMethodID(type, name, signature);
  if (id == nullptr) throw JavaPending{};
  return id;
}

}  // namespace

void load_ids(JavaVM* vm, JNIEnv* env) {
  java_vm = vm;
  java_ids.out_of_memory = global_class(env, "java/lang/OutOfMemoryError");
  java_ids.bridge = global_class(env, "dev/parallax/jni/Bridge");
  java_ids.native_exception = global_class(env, "dev/parallax/jni/NativeException");
  java_ids.delivery = global_class(env, "dev/parallax/jni/Delivery");
  java_ids.poll_request = global_class(env, "dev/parallax/jni/PollRequest");
  java_ids.make_exception =
      env->GetStaticMethodID(java_ids.native_exception, "of", "(I[B)Ljava/lang/RuntimeException;");
  if (java_ids.make_exception == nullptr) throw JavaPending{};
  java_ids.deliver = method(env, java_ids.delivery, "deliver", "(JJ)V");
  java_ids.fire = method(env, java_ids.poll_request, "fire", "()V");
}

void unload_ids(JNIEnv* env) noexcept {
  for (jclass type : {java_ids.poll_request, java_ids.delivery, java_ids.native_exception, java_ids.bridge,
                      java_ids.out_of_memory}) {
    if (type != nullptr) env->DeleteGlobalRef(type);
  }
  java_ids = JavaIds{};
  java_vm = nullptr;
}

const JavaIds& ids() noexcept { return java_ids; }

JNIEnv* current_env() noexcept { return attachment.env(); }

void throw_out_of_memory(JNIEnv* env) noexcept {
  if (env->ExceptionCheck() == JNI_FALSE) {
    env->ThrowNew(java_ids.out_of_memory, "not enough native memory for the request");
  }
}

void throw_java(JNIEnv* env, ErrorKind kind, std::string_view message) noexcept {
  if (env->ExceptionCheck() != JNI_FALSE) return;
  // Text crosses as bytes: JNI's own string functions speak modified UTF-8.
  const auto length = static_cast<jsize>(
      std::min(message.size(), static_cast<std::size_t>(std::numeric_limits<jsize>::max())));
  jbyteArray utf8 = env->NewByteArray(length);
  if (utf8 == nullptr) return;
  env->SetByteArrayRegion(utf8, 0, length, reinterpret_cast<const jbyte*>(message.data()));
  jobject exception = env->CallStaticObjectMethod(java_ids.native_exception, java_ids.make_exception,
                                                  static_cast<jint>(kind), utf8);
  if (exception == nullptr || env->ExceptionCheck() != JNI_FALSE) return;
  env->Throw(static_cast<jthrowable>(exception));
}

std::string text_of(JNIEnv* env, jbyteArray utf8) {
  if (utf8 == nullptr) return {};
  std::string text(static_cast<std::size_t>(env->GetArrayLength(utf8)), '\0');
  env->GetByteArrayRegion(utf8, 0, static_cast<jsize>(text.size()), reinterpret_cast<jbyte*>(text.data()));
  return text;
}

GlobalRef::GlobalRef(JNIEnv* env, jobject object) : object_(env->NewGlobalRef(object)) {
  if (object_ == nullptr) throw std::bad_alloc();
}

GlobalRef::~GlobalRef() {
  if (JNIEnv* env = current_env()) env->DeleteGlobalRef(object_);
}

}  // namespace parallax::jni
