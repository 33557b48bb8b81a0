package dev.parallax.internal.leak;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Listens to the logger {@code parallax}. */
public final class LeakLog extends Handler {
  private static final Logger LOGGER = Logger.getLogger("parallax");

  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  /** Starts to listen; the console is spared. */
  public LeakLog() {
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(this);
  }

  /** Collects garbage until a message that contains a text was logged. */
  public LogRecord awaitGc(String text) {
    for (int i = 0; i < 500; i++) {
      System.gc();
      for (LogRecord record : records) {
        if (record.getMessage().contains(text)) {
          return record;
        }
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("nothing was logged that contains " + text);
  }

  /** How many messages contain a text. */
  public long count(String text) {
    return records.stream().filter(record -> record.getMessage().contains(text)).count();
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOGGER.removeHandler(this);
    LOGGER.setUseParentHandlers(true);
  }
}
