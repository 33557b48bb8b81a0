// The calls from the engine into Java.
#pragma once

#include <jni.h>

#include <cstddef>

#include "parallax/engine.h"

namespace parallax::jni {

/// A handler that shows each response to a dev.parallax.jni.Delivery as address and length. Whatever the Java
/// side throws is cleared: delivery goes on with the next response. Throws std::bad_alloc if the reference
/// cannot be made.
[[nodiscard]] ResponseHandler make_response_handler(JNIEnv* env, jobject delivery);

/// A handler that runs a dev.parallax.jni.PollRequest.
[[nodiscard]] PollRequestHandler make_poll_handler(JNIEnv* env, jobject poll_request);

/// Response handlers alive: reaches zero when every session is gone, not only closed.
[[nodiscard]] std::size_t live_response_handlers() noexcept;

}  // namespace parallax::jni
