package dev.onceflow.cli.audit.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.audit.digest.Place;
import dev.onceflow.cli.audit.digest.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PositionColumnsTest {
  private static final List<ComparedColumn> COLUMNS =
      List.of(
          new ComparedColumn("id", "text", ColumnKind.TEXT),
          new ComparedColumn("note", "text", ColumnKind.TEXT),
          new ComparedColumn("src_offset", "int8", ColumnKind.INT8),
          new ComparedColumn("src_partition", "int4", ColumnKind.INT4));

  private static InsertEffect effect(String columns) {
    return InsertEffect.of(
        ConnectorFile.parse(
            "f",
            "name=s\ntables=t\ntable.t.topic=t\ntable.t.effect=insert\ntable.t.event.id=id\n"
                + "table.t.columns="
                + columns
                + "\n"),
        Optional.empty(),
        Optional.empty());
  }

  private static Place place(int partition, long offset, Map<Integer, Long> firstInSight) {
    RowBuffer buffer = new RowBuffer();
    buffer.putBytes(new byte[] {'i', 'd'}, 0, 2);
    buffer.putNull();
    buffer.putLong(offset);
    buffer.putInteger(partition);
    Row row = new Row();
    buffer.show(row);
    return PositionColumns.of(
            effect("id,note,src_offset=record:offset,src_partition=record:partition"),
            COLUMNS,
            firstInSight)
        .orElseThrow()
        .place(row.bytes(), row.from());
  }

  @Test
  void aRowIsInSightFromTheLogsStartOn() {
    Map<Integer, Long> firstInSight = Map.of(0, 100L, 1, 1L << 40);

    assertThat(place(0, 99, firstInSight)).isEqualTo(new Place(0, 99, false));
    assertThat(place(0, 100, firstInSight)).isEqualTo(new Place(0, 100, true));
    assertThat(place(1, (1L << 40) - 1, firstInSight).inSight()).isFalse();
    assertThat(place(1, 1L << 40, firstInSight)).isEqualTo(new Place(1, 1L << 40, true));
  }

  @Test
  void aRowOfAPartitionThatIsNotReadIsOutOfSight() {
    assertThat(place(2, 99, Map.of(0, 100L)).inSight()).isFalse();
  }

  @Test
  void aTableThatKeepsOnlyOneOfBothKeepsNoPosition() {
    assertThat(
            PositionColumns.of(
                effect("id,note,src_offset=record:offset"), COLUMNS, Map.of(0, 100L)))
        .isEmpty();
  }
}
