package dev.parallax.examples;

import dev.parallax.Client;
import dev.parallax.Table;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A file that becomes a table of the same name: csv, arrow, json (rows or columns), ndjson. */
final class DataFile {
  private final Path file;
  private final String name;
  private final String extension;

  /**
   * Takes a file by its name.
   *
   * @throws IllegalArgumentException if there is no such file or its format is not known
   */
  DataFile(Path file, String table) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("There is no file " + file.toAbsolutePath());
    }
    String fileName = file.getFileName().toString();
    int dot = fileName.lastIndexOf('.');
    this.file = file;
    this.extension = fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
    this.name = table != null ? table : fileName.substring(0, dot < 0 ? fileName.length() : dot);
  }

  /** A table named after the file. */
  DataFile(Path file) {
    this(file, null);
  }

  /** Loads the table, telling the console how it goes. */
  Table load(Client client) throws IOException {
    double mebibytes = Files.size(file) / (1024.0 * 1024.0);
    String what =
        String.format(Locale.ROOT, "  %-12s %s, %.1f MiB", name, file.getFileName(), mebibytes);
    try (Progress progress = new Progress(what)) {
      Table table = client.table(data(), TableOptions.named(name));
      progress.done(
          String.format(Locale.ROOT, "%,d rows, %d columns", table.size(), table.columns().size()));
      return table;
    }
  }

  private TableData data() throws IOException {
    switch (extension) {
      case "csv":
        return TableData.csv(file);
      case "arrow":
        return TableData.arrow(file);
      case "ndjson":
        return TableData.ndjson(file);
      case "json":
        return firstCharacter() == '[' ? TableData.jsonRows(file) : TableData.jsonColumns(file);
      default:
        throw new IllegalArgumentException(
            "The format of " + file + " is not known; name it .csv, .arrow, .json or .ndjson");
    }
  }

  private int firstCharacter() throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      int c = reader.read();
      while (Character.isWhitespace(c)) {
        c = reader.read();
      }
      return c;
    }
  }
}
