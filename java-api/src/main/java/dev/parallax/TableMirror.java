package dev.parallax;

import dev.parallax.internal.client.CallFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps a table equal to a view of the same or another server: a copy at first, then every changed
 * row and, where both have the same key, every removal.
 */
final class TableMirror {
  private final List<Subscription> feeds = new ArrayList<>();

  private TableMirror() {}

  /** Copies a view into a new table of a client and goes on feeding it. */
  static CompletableFuture<AsyncTable> make(
      AsyncClient client, AsyncView view, TableOptions options) {
    return inherit(view, options)
        .thenCompose(
            inherited ->
                view.toArrow().thenCompose(rows -> client.table(TableData.arrow(rows), inherited)))
        .thenApply(copy -> new TableMirror().feed(view, copy));
  }

  /** The copy of a plain view of an indexed or limited table is indexed or limited likewise. */
  private static CompletableFuture<TableOptions> inherit(AsyncView view, TableOptions options) {
    String index = view.tableIndex();
    if (options.index().isPresent() || options.limit().isPresent()) {
      return CallFuture.done(options);
    }
    if (index == null) {
      return CallFuture.done(
          view.tableLimit().isPresent() ? options.limit(view.tableLimit().getAsLong()) : options);
    }
    return view.config()
        .thenApply(
            config ->
                config.groupBy().isEmpty()
                        && config.splitBy().isEmpty()
                        && config.columns().map(names -> names.contains(index)).orElse(true)
                    ? options.index(index)
                    : options);
  }

  private AsyncTable feed(AsyncView view, AsyncTable copy) {
    // Forwarded where the events arrive, so that no later request of this client overtakes them.
    feeds.add(view.onUpdateInline(rows -> watch(view, copy.update(TableData.arrow(rows)))));
    if (view.tableIndex() != null && view.tableIndex().equals(copy.index().orElse(null))) {
      feeds.add(view.onRemoveInline(keys -> watch(view, copy.remove(TableData.arrow(keys)))));
    }
    return copy.with(this);
  }

  private static void watch(AsyncView view, CompletableFuture<Void> forwarded) {
    forwarded.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            view.report(
                new ParallaxException("a change of " + view + " did not reach its copy", failure));
          }
        });
  }

  /** Ends the feeding. */
  CompletableFuture<Void> stop() {
    CompletableFuture<Void> all = CallFuture.done(null);
    for (Subscription feed : feeds) {
      CompletableFuture<Void> cancelled = feed.cancel();
      all = all.thenCompose(done -> cancelled);
    }
    return all;
  }
}
