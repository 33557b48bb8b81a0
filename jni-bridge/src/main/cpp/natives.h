// The native methods of dev.parallax.jni.Bridge.
#pragma once

#include <jni.h>

namespace parallax::jni {

/// Binds them. Throws JavaPending if one does not exist on the Java side.
void register_natives(JNIEnv* env);

}  // namespace parallax::jni
