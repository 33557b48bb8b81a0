package dev.parallax;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a table is made. Immutable: each method returns a changed copy.
 *
 * <pre>{@code TableOptions.named("trades").index("id")}</pre>
 */
public final class TableOptions {
  private static final TableOptions NONE = new TableOptions(null, null, -1, false, null);

  private final String name;
  private final String index;
  private final long limit;
  private final boolean pageToDisk;
  private final ListFlatten listFlatten;

  private TableOptions(
      String name, String index, long limit, boolean pageToDisk, ListFlatten listFlatten) {
    if (index != null && limit >= 0) {
      throw new BadInputException(
          "a table cannot have both an index and a limit: leave one of them out");
    }
    this.name = name;
    this.index = index;
    this.limit = limit;
    this.pageToDisk = pageToDisk;
    this.listFlatten = listFlatten;
  }

  /**
   * No options: a random name, neither index nor limit.
   *
   * @return the empty options
   */
  public static TableOptions none() {
    return NONE;
  }

  /**
   * The name by which others open the table.
   *
   * @param name unique on its server
   * @return options with this name alone
   */
  public static TableOptions named(String name) {
    return NONE.name(name);
  }

  /**
   * The name by which others open the table; a random one otherwise.
   *
   * @param name unique on its server
   * @return the changed options
   */
  public TableOptions name(String name) {
    return new TableOptions(
        Objects.requireNonNull(name, "name"), index, limit, pageToDisk, listFlatten);
  }

  /**
   * The key column: a row with a known key overwrites the old one.
   *
   * @param column its name; of any type but boolean. The empty name means none
   * @return the changed options
   * @throws BadInputException if there is a limit
   */
  public TableOptions index(String column) {
    Objects.requireNonNull(column, "column");
    return new TableOptions(name, column.isEmpty() ? null : column, limit, pageToDisk, listFlatten);
  }

  /**
   * The greatest number of rows: the oldest are dropped for new ones.
   *
   * @param rows from 0 (the table stays empty) to 4294967295
   * @return the changed options
   * @throws BadInputException if there is an index, or the number is out of range
   */
  public TableOptions limit(long rows) {
    return new TableOptions(name, index, Unsigned.check(rows, "limit"), pageToDisk, listFlatten);
  }

  /**
   * Lets the server keep the columns in files. Nothing that a reader sees changes.
   *
   * @return the changed options
   */
  public TableOptions pageToDisk() {
    return new TableOptions(name, index, limit, true, listFlatten);
  }

  /**
   * What becomes of lists in JSON cells, now and in later updates; {@link ListFlatten#ZIP}
   * otherwise.
   *
   * @param how what to do
   * @return the changed options
   */
  public TableOptions listFlatten(ListFlatten how) {
    return new TableOptions(name, index, limit, pageToDisk, Objects.requireNonNull(how, "how"));
  }

  /**
   * The name.
   *
   * @return empty for a random one
   */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /**
   * The key column.
   *
   * @return empty if there is none
   */
  public Optional<String> index() {
    return Optional.ofNullable(index);
  }

  /**
   * The greatest number of rows.
   *
   * @return empty if there is none
   */
  public OptionalLong limit() {
    return limit < 0 ? OptionalLong.empty() : OptionalLong.of(limit);
  }

  /**
   * Whether columns may be kept in files.
   *
   * @return see {@link #pageToDisk()}
   */
  public boolean isPageToDisk() {
    return pageToDisk;
  }

  /**
   * What becomes of lists.
   *
   * @return empty for the server's default
   */
  public Optional<ListFlatten> listFlatten() {
    return Optional.ofNullable(listFlatten);
  }
}
