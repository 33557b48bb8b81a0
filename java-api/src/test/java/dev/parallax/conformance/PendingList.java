package dev.parallax.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The cases that need not pass yet: a file of one name a line, with {@code #} comments. */
final class PendingList {
  private final Path file;
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<String> met = new LinkedHashSet<>();

  PendingList(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          names.add(line.strip());
        }
      }
    }
  }

  /** Whether a case is on the list. */
  boolean has(String name) {
    met.add(name);
    return names.contains(name);
  }

  /** Names on the list that no case has. */
  List<String> unknown() {
    List<String> out = new ArrayList<>(names);
    out.removeAll(met);
    return out;
  }

  @Override
  public String toString() {
    return file.getFileName().toString();
  }
}
