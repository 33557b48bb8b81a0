package dev.parallax;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A table that the server offers.
 *
 * @param name its name
 * @param index its index column, if it has one
 * @param limit its maximum number of rows, if it has one
 */
public record HostedTable(String name, Optional<String> index, OptionalLong limit) {
  /** Checks that nothing is null. */
  public HostedTable {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(index, "index");
    Objects.requireNonNull(limit, "limit");
  }
}
