package dev.parallax.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * One engine of the comparison: answers one line of JSON with one line of JSON, see README.md for
 * which.
 */
abstract class Contestant {
  static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What an operation does. {@code I} is what it is timed on, {@code R} what comes of it.
   *
   * @param <I> what {@link #body} takes
   * @param <R> what {@link #body} gives
   */
  interface Operation<I, R> {
    /** Makes what the timed part needs. */
    default I prepare() throws Exception {
      return null;
    }

    /** The timed part. */
    R body(I input) throws Exception;

    /** What the contestants' answers are compared by: values that become JSON. */
    Object answer(R result) throws Exception;

    /** Frees what the timed part made. */
    default void done(R result) throws Exception {}
  }

  /** Loads the trades of a folder, in place of those loaded before. Returns how many there are. */
  abstract long open(Path data) throws Exception;

  /** Name and version of the engine. */
  abstract String version() throws Exception;

  /** The operation that a request describes. */
  abstract Operation<?, ?> operation(JsonNode op) throws Exception;

  /** Makes a view, reads its first screen and keeps it. */
  abstract void hold(JsonNode op) throws Exception;

  /** Answers requests until the input ends. */
  final void serve() throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.write(JSON.writeValueAsBytes(reply(JSON.readTree(line))));
      out.write('\n');
      out.flush();
    }
  }

  private Map<String, ?> reply(JsonNode request) {
    try {
      String command = request.get("do").asText();
      switch (command) {
        case "open":
          return Map.of("rows", open(Path.of(request.get("data").asText())), "version", version());
        case "answer":
          return Map.of("answer", answer(operation(request.get("op"))));
        case "run":
          return run(operation(request.get("op")), request.at("/op/atLeastMs").asDouble(0));
        case "hold":
          hold(request.get("op"));
          return Map.of();
        case "settle":
          System.gc();
          return Map.of();
        default:
          return Map.of("error", "unknown request " + command);
      }
    } catch (Exception | OutOfMemoryError e) {
      return Map.of("error", String.valueOf(e));
    }
  }

  private static <I, R> Object answer(Operation<I, R> operation) throws Exception {
    R result = operation.body(operation.prepare());
    try {
      return operation.answer(result);
    } finally {
      operation.done(result);
    }
  }

  private static <I, R> Map<String, ?> run(Operation<I, R> operation, double atLeastMs)
      throws Exception {
    long nanos = 0;
    long calls = 0;
    while (calls == 0 || nanos < atLeastMs * 1e6) {
      I input = operation.prepare();
      long start = System.nanoTime();
      R result = operation.body(input);
      nanos += System.nanoTime() - start;
      calls++;
      operation.done(result);
    }
    return Map.of("ms", nanos / 1e6 / calls, "calls", calls);
  }
}
