package dev.parallax;

import dev.parallax.internal.client.Connection;
import dev.parallax.internal.client.Threads;
import dev.parallax.internal.client.Transport;
import dev.parallax.internal.leak.LeakTracker;
import java.util.function.Function;

/**
 * What every object of one client holds. The connection never refers to it, so it becomes
 * unreachable when the user has let go of the client and of all its tables and views.
 */
final class ClientHandle {
  final Connection connection;
  private final LeakTracker.Tracked tracked;

  ClientHandle(
      String name, ClientOptions options, Function<Transport.Listener, Transport> transport) {
    Connection made =
        new Connection(
            transport,
            options.callbackExecutor().orElseGet(Threads::shared),
            options.requestTimeout());
    connection = made;
    tracked = LeakTracker.track(this, "Client", name, made::close, made::isClosed);
  }

  void close() {
    tracked.close();
  }
}
