package dev.parallax;

import java.util.List;
import java.util.Objects;

/**
 * How the cells of a group become one.
 *
 * @param name for example {@code sum}, {@code avg}, {@code weighted mean}; {@link
 *     Client#features()} lists them by column type
 * @param arguments the further columns that the aggregate reads, mostly none
 */
public record Aggregate(String name, List<String> arguments) {
  /** Checks that nothing is null and takes a copy. */
  public Aggregate {
    Objects.requireNonNull(name, "name");
    arguments = List.copyOf(arguments);
  }
}
