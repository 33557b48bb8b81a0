package dev.parallax.internal.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeakTrackerTest {
  private final LeakLog log = new LeakLog();
  private final AtomicInteger released = new AtomicInteger();

  @AfterEach
  void reset() {
    System.clearProperty("parallax.leakDetection");
    System.clearProperty("parallax.leakReclaim");
    log.close();
  }

  /** In a method of its own, so that no local variable keeps the owner. */
  private void forget(String name) {
    LeakTracker.track(new Object(), "Thing", name, released::incrementAndGet, () -> false);
  }

  @Test
  void reportsOnceAtErrorWithoutReleasing() {
    forget("simple-1");
    LogRecord record = log.awaitGc("simple-1");
    assertEquals(Level.SEVERE, record.getLevel());
    assertTrue(record.getMessage().contains("-Dparallax.leakDetection=advanced"));
    assertNull(record.getThrown());
    assertEquals(1, log.count("simple-1"));
    assertEquals(0, released.get());
  }

  @Test
  void advancedNamesTheSite() {
    System.setProperty("parallax.leakDetection", "advanced");
    forget("advanced-1");
    LogRecord record = log.awaitGc("advanced-1");
    assertNotNull(record.getThrown());
    assertEquals("forget", record.getThrown().getStackTrace()[0].getMethodName());
  }

  @Test
  void reclaimReleases() {
    System.setProperty("parallax.leakReclaim", "true");
    forget("reclaim-1");
    log.awaitGc("reclaim-1");
    for (int i = 0; i < 100 && released.get() == 0; i++) {
      pause();
    }
    assertEquals(1, released.get());
  }

  @Test
  void whatWasClosedIsNotReported() {
    Object owner = new Object();
    LeakTracker.Tracked tracked =
        LeakTracker.track(owner, "Thing", "closed-1", released::incrementAndGet, () -> false);
    tracked.close();
    tracked.close();
    assertTrue(tracked.isClosed());
    assertEquals(1, released.get());
    owner = null;
    System.setProperty("parallax.leakDetection", "disabled");
    forget("disabled-1");
    System.clearProperty("parallax.leakDetection");
    forget("last-1");
    log.awaitGc("last-1");
    assertEquals(0, log.count("closed-1"));
    assertEquals(0, log.count("disabled-1"));
  }

  @Test
  void whatHoldsNothingAnyMoreIsNotReported() {
    forgetMoot();
    forget("last-2");
    log.awaitGc("last-2");
    assertEquals(0, log.count("moot-1"));
    assertFalse(released.get() > 0);
  }

  private void forgetMoot() {
    LeakTracker.track(new Object(), "Thing", "moot-1", released::incrementAndGet, () -> true);
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
