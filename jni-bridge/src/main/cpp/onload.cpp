// The two symbols this library exports.
#include <jni.h>

#include "jni_support.h"
#include "natives.h"

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  void* found = nullptr;
  if (vm->GetEnv(&found, JNI_VERSION_10) != JNI_OK) return JNI_ERR;
  auto* env = static_cast<JNIEnv*>(found);
  try {
    parallax::jni::load_ids(vm, env);
    parallax::jni::register_natives(env);
  } catch (const parallax::jni::JavaPending&) {
    // The pending NoSuchMethodError or NoClassDefFoundError names what is missing; keep it across the
    // clean-up.
    jthrowable cause = env->ExceptionOccurred();
    env->ExceptionClear();
    parallax::jni::unload_ids(env);
    if (cause != nullptr) env->Throw(cause);
    return JNI_ERR;
  }
  return JNI_VERSION_10;
}

extern "C" JNIEXPORT void JNICALL JNI_OnUnload(JavaVM* vm, void*) {
  void* found = nullptr;
  if (vm->GetEnv(&found, JNI_VERSION_10) == JNI_OK) parallax::jni::unload_ids(static_cast<JNIEnv*>(found));
}
