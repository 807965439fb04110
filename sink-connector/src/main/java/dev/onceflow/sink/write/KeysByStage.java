package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.CopyBuffer;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Which stage of one table holds the rows of which key. Stages are applied one after the other, so
 * the rows of one key must not be in two of them: their order would be lost.
 */
final class KeysByStage {
  private final int keyFields;
  private final Map<ByteBuffer, Stage> stages = new HashMap<>();

  KeysByStage(int keyFields) {
    this.keyFields = keyFields;
  }

  /** The bytes of the fields that come first in {@code row}, which begins behind the prefix. */
  static ByteBuffer key(ByteBuffer row, int fields) {
    int start = row.position();
    for (int i = 0; i < fields; i++) {
      skip(row);
    }
    byte[] key = new byte[row.position() - start];
    row.get(start, key);
    return ByteBuffer.wrap(key);
  }

  private static void skip(ByteBuffer row) {
    int length = row.getInt();
    row.position(row.position() + Math.max(length, 0));
  }

  /** Takes over all rows of a stage. */
  void addAll(Stage stage, CopyBuffer buffer, int rowsFrom) {
    ByteBuffer rows = buffer.written(rowsFrom);
    while (rows.hasRemaining()) {
      int fields = rows.getShort();
      int prefix = fields - stage.columns().size();
      for (int i = 0; i < prefix; i++) {
        skip(rows);
      }
      stages.put(key(rows, keyFields), stage);
      for (int i = prefix + keyFields; i < fields; i++) {
        skip(rows);
      }
    }
  }

  /** Whether the stage may take a row of that key. */
  boolean add(ByteBuffer key, Stage stage) {
    Stage holder = stages.putIfAbsent(key, stage);
    return holder == null || holder.equals(stage);
  }
}
