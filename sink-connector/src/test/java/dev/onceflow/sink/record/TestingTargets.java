package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetType;
import java.util.Arrays;
import java.util.Optional;

/** Columns as a catalogue would describe them, and what goes to the server for a value. */
final class TestingTargets {
  private TestingTargets() {}

  static TargetType type(ColumnType type) {
    return new TargetType(1, Optional.of(type), type.name(), -1, Optional.empty());
  }

  static TargetColumn column(TargetType type) {
    return new TargetColumn("c", type, type.declared(), false, true);
  }

  static TargetColumn column(ColumnType type) {
    return column(type(type));
  }

  static TargetColumn arrayOf(ColumnType element) {
    return column(
        new TargetType(
            2, Optional.of(ColumnType.ARRAY), element + "[]", -1, Optional.of(type(element))));
  }

  /** The field that an encoder writes. */
  static byte[] written(ColumnEncoder encoder, Object value) {
    CopyBuffer out = new CopyBuffer();
    int from = out.size();
    encoder.encode(value, out);
    return Arrays.copyOfRange(out.finish(), from, out.size());
  }
}
