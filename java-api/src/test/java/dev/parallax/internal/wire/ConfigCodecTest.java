package dev.parallax.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.parallax.FilterOp;
import dev.parallax.GroupRollup;
import dev.parallax.SortDirection;
import dev.parallax.SplitRollup;
import dev.parallax.ViewConfig;
import dev.parallax.WindowColumn;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigCodecTest {
  private static ViewConfig full() {
    ViewConfig.Builder builder =
        ViewConfig.builder()
            .columns("a", "e", "w")
            .groupBy("g", "h")
            .splitBy("s")
            .aggregate("a", "avg")
            .aggregate("b", "weighted mean", "c")
            .filter("a", ">", 1)
            .filter("b", "in", List.of("x", "y"))
            .filter("c", "is null")
            .filter("d", "==", true)
            .filterOp(FilterOp.OR)
            .expression("e", "\"a\" + 1")
            .groupByDepth(1)
            .groupRollup(GroupRollup.FLAT)
            .splitRollup(SplitRollup.ROLLUP)
            .window("w", WindowColumn.of("sum", "a").partitionBy("g").orderBy("t", true).rows(3))
            .window("v", WindowColumn.of("lag", "a").offset(2))
            .window("u", WindowColumn.of("ema", "a").alpha(0.5))
            .window("r", WindowColumn.of("sum", "a").range(1.5))
            .window("q", WindowColumn.of("sum", "a").cumulative());
    for (SortDirection direction : SortDirection.values()) {
      builder.sort("a", direction);
    }
    return builder.build();
  }

  @Test
  void bringsBackWhatWasSent() {
    ViewConfig config = full();
    assertEquals(config, ConfigCodec.decode(ConfigCodec.encode(config)));
    assertEquals(config, config.toBuilder().build());
  }

  @Test
  void sendsNothingForTheDefaults() {
    assertEquals(0, ConfigCodec.encode(ViewConfig.all()).getSerializedSize());
  }

  @Test
  void noColumnsAreNotAllColumns() {
    ViewConfig none = ViewConfig.builder().columns().build();
    assertEquals(List.of(), none.columns().orElseThrow());
    assertFalse(ViewConfig.all().columns().isPresent());
    assertEquals(none, ConfigCodec.decode(ConfigCodec.encode(none)));
  }
}
