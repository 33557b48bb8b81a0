package dev.parallax.jni;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Takes what the crossing logs, instead of the console, until closed. */
final class LoggedErrors extends Handler {
  final List<String> messages = Collections.synchronizedList(new ArrayList<>());
  private final Logger logger = Logger.getLogger("parallax.jni");

  LoggedErrors() {
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  @Override
  public void publish(LogRecord entry) {
    messages.add(entry.getMessage() + ": " + entry.getThrown());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
