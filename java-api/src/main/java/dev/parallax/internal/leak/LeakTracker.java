package dev.parallax.internal.leak;

import dev.parallax.internal.client.Threads;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Reports, once each and at ERROR level to the logger {@code parallax}, objects that became
 * unreachable without having been closed.
 *
 * <p>{@code -Dparallax.leakDetection} is {@code disabled}, {@code simple} (the default: one line),
 * {@code advanced} (also the place of creation) or {@code paranoid} (also views). {@code
 * -Dparallax.leakReclaim=true} closes what leaked; otherwise it stays held and nothing fails.
 */
public final class LeakTracker {
  /** How much is recorded. */
  public enum Level {
    /** Nothing. */
    DISABLED,
    /** That something leaked. */
    SIMPLE,
    /** Also where it was made. */
    ADVANCED,
    /** Also views. */
    PARANOID
  }

  private static final String LEVEL = "parallax.leakDetection";
  private static final String RECLAIM = "parallax.leakReclaim";

  private static final Cleaner CLEANER =
      Cleaner.create(
          task -> {
            Thread thread = new Thread(task, "parallax-cleaner");
            thread.setDaemon(true);
            return thread;
          });

  /** Places that were printed in full already. */
  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

  private LeakTracker() {}

  /**
   * The level that is set now; read anew for each object, so that a running program can change it.
   */
  public static Level level() {
    String text = System.getProperty(LEVEL, "simple").trim().toUpperCase(Locale.ROOT);
    for (Level level : Level.values()) {
      if (level.name().equals(text)) {
        return level;
      }
    }
    return Level.SIMPLE;
  }

  /**
   * Watches an object.
   *
   * @param owner what is to be closed
   * @param what its kind, for the report
   * @param name which one, for the report
   * @param release frees what it holds; must not refer to the owner. Run at most once: by {@link
   *     Tracked#close()}, or after a leak if reclaiming is on
   * @param moot tells that nothing is held any more though nobody closed this; must not refer to
   *     the owner
   */
  public static Tracked track(
      Object owner, String what, String name, Runnable release, BooleanSupplier moot) {
    Level level = level();
    Throwable site = level.compareTo(Level.ADVANCED) >= 0 ? new Site(what + " opened here") : null;
    State state = new State(what, name, level, site, release, moot);
    return new Tracked(state, CLEANER.register(owner, state));
  }

  /** What an owner keeps in order to say that it was closed. */
  public static final class Tracked {
    private final State state;
    private final Cleaner.Cleanable cleanable;

    private Tracked(State state, Cleaner.Cleanable cleanable) {
      this.state = state;
      this.cleanable = cleanable;
    }

    /** Runs the release, the first time. */
    public void close() {
      state.closed = true;
      cleanable.clean();
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
      return state.closed;
    }
  }

  /** Never refers to the owner, else the owner would stay reachable. */
  private static final class State implements Runnable {
    private final String what;
    private final String name;
    private final Level level;
    private final Throwable site;
    private final Runnable release;
    private final BooleanSupplier moot;
    private final String thread = Thread.currentThread().getName();
    private final long openedNanos = System.nanoTime();
    private volatile boolean closed;

    State(
        String what,
        String name,
        Level level,
        Throwable site,
        Runnable release,
        BooleanSupplier moot) {
      this.what = what;
      this.name = name;
      this.level = level;
      this.site = site;
      this.release = release;
      this.moot = moot;
    }

    @Override
    public void run() {
      if (closed) {
        release.run();
        return;
      }
      if (moot.getAsBoolean()) {
        return;
      }
      if (level != Level.DISABLED) {
        report();
      }
      if (Boolean.getBoolean(RECLAIM)) {
        // May run code of the user's, which the cleaner's thread must not wait for.
        Threads.shared().execute(release);
      }
    }

    private void report() {
      Duration age = Duration.ofNanos(System.nanoTime() - openedNanos);
      String message =
          String.format(
              Locale.ROOT,
              "LEAK: %s %s was never closed; it was opened %d s ago by thread \"%s\". Close it with"
                  + " close() or a try-with-resources statement. ",
              what,
              name,
              age.toSeconds(),
              thread);
      System.Logger log = System.getLogger("parallax");
      if (site == null) {
        log.log(
            System.Logger.Level.ERROR,
            message + "Run with -D" + LEVEL + "=advanced to see where it was opened.");
      } else if (REPORTED.add(Arrays.toString(site.getStackTrace()))) {
        log.log(System.Logger.Level.ERROR, message + "It was opened here:", site);
      } else {
        log.log(
            System.Logger.Level.ERROR,
            message + "It was opened where an earlier one was: " + site.getStackTrace()[0]);
      }
    }
  }

  /** A stack trace without the tracker's own frames. */
  private static final class Site extends Throwable {
    private static final long serialVersionUID = 1L;

    Site(String message) {
      super(message);
      StackTraceElement[] frames = getStackTrace();
      int first = 0;
      while (first < frames.length - 1
          && frames[first].getClassName().split("\\$")[0].equals(LeakTracker.class.getName())) {
        first++;
      }
      setStackTrace(Arrays.copyOfRange(frames, first, frames.length));
    }
  }
}
