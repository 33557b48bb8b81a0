package dev.parallax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {
  @Test
  void indexAndLimitExcludeEachOther() {
    TableOptions limited = TableOptions.none().limit(5);
    assertThrows(BadInputException.class, () -> limited.index("a"));
    assertThrows(BadInputException.class, () -> TableOptions.none().index("a").limit(5));
    assertEquals(Optional.empty(), limited.index("").index());
  }

  @Test
  void numbersAreUnsigned32Bits() {
    assertEquals(4294967295L, TableOptions.none().limit(4294967295L).limit().orElseThrow());
    assertThrows(BadInputException.class, () -> TableOptions.none().limit(4294967296L));
    assertThrows(BadInputException.class, () -> TableOptions.none().limit(-1));
    assertThrows(BadInputException.class, () -> Window.all().fromRow(-1));
    assertThrows(BadInputException.class, () -> WindowColumn.of("lag", "a").offset(-1));
  }

  @Test
  void filtersConvertTheirOperands() {
    assertEquals(List.of(1.0), Filter.of("a", "==", 1).operands());
    assertEquals(List.of("2024-02-29"), Filter.of("a", "==", LocalDate.of(2024, 2, 29)).operands());
    assertEquals(List.of(1500.0), Filter.of("a", "<", Instant.ofEpochMilli(1500)).operands());
    assertEquals(
        Arrays.asList("x", null), Filter.of("a", "in", Arrays.asList("x", null)).operands());
    assertEquals(Arrays.asList((Object) null), Filter.of("a", "is null", null).operands());
    assertThrows(BadInputException.class, () -> Filter.of("a", "==", new Object()));
    BadInputException inexact =
        assertThrows(BadInputException.class, () -> Filter.of("a", "==", 9007199254740993L));
    assertTrue(inexact.getMessage().contains("give it as text"));
  }

  @Test
  void unknownNamesSayWhatWouldBeRight() {
    BadInputException thrown =
        assertThrows(BadInputException.class, () -> ColumnType.ofName("int"));
    assertTrue(thrown.getMessage().contains("integer"));
    thrown = assertThrows(BadInputException.class, () -> SortDirection.ofText("up"));
    assertTrue(thrown.getMessage().contains("asc"));
  }

  @Test
  void timeoutsAreNotNegative() {
    assertThrows(
        BadInputException.class,
        () -> ClientOptions.defaults().requestTimeout(Duration.ofSeconds(-1)));
  }

  @Test
  void readsDataFromFiles(@TempDir Path directory) throws Exception {
    Path small = Files.writeString(directory.resolve("a.csv"), "a\n1\n");
    assertEquals("a\n1\n", text(TableData.csv(small)));
    Path large = Files.writeString(directory.resolve("b.csv"), "x".repeat(3 << 20));
    assertEquals(3 << 20, TableData.csv(large).bytes().remaining());
    BadInputException thrown =
        assertThrows(BadInputException.class, () -> TableData.csv(directory.resolve("none.csv")));
    assertTrue(thrown.getMessage().contains("none.csv"));
  }

  @Test
  void takesTheRestOfABuffer() {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
    assertEquals(2, TableData.arrow(buffer).bytes().remaining());
    assertEquals(1, buffer.position());
  }

  private static String text(TableData data) {
    return StandardCharsets.UTF_8.decode(data.bytes()).toString();
  }
}
