package dev.parallax.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what passes, by area, and says so at the end. */
final class Scores {
  private final String title;
  private final Map<String, int[]> areas = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  Scores(String title) {
    this.title = title;
  }

  void add(String area, String name, String why) {
    int[] counts = areas.computeIfAbsent(area, key -> new int[2]);
    counts[1]++;
    if (why == null) {
      counts[0]++;
    } else {
      failures.add(area + "/" + name + ": " + why.replace("\n", "\\n"));
      failed.add(area + "/" + name);
    }
  }

  /**
   * Prints the passes of each area and in total. Below {@code target}, {@code <files>-failures.txt}
   * says why the others failed and {@code <files>-failed.txt} names them, as a pending list does.
   */
  void print(String files) throws IOException {
    int passed = 0;
    int all = 0;
    StringBuilder out = new StringBuilder(title).append(System.lineSeparator());
    for (Map.Entry<String, int[]> area : areas.entrySet()) {
      int[] counts = area.getValue();
      out.append(String.format("  %-32s %4d of %4d%n", area.getKey(), counts[0], counts[1]));
      passed += counts[0];
      all += counts[1];
    }
    out.append(String.format("%s: %d of %d pass%n", title, passed, all));
    System.out.print(out);
    Path target = Files.createDirectories(Path.of("target"));
    Files.write(target.resolve(files + "-failures.txt"), failures);
    Files.write(target.resolve(files + "-failed.txt"), failed);
  }
}
