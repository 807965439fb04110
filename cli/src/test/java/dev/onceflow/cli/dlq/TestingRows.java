package dev.onceflow.cli.dlq;

import dev.onceflow.cli.dlq.TableRow.From;
import dev.onceflow.cli.dlq.TableRow.Kept;
import dev.onceflow.cli.dlq.TableRow.Part;
import dev.onceflow.cli.dlq.TableRow.State;
import dev.onceflow.cli.dlq.TableRow.Why;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/** Rows of {@code onceflow.dlq} as a sink with JSON values keeps them. */
final class TestingRows {
  static final UUID TOPIC_ID = new UUID(7, 7);
  static final long TIME_MS = TestingRecords.FAILED_MS - 1_000;
  static final String HEADERS =
      """
      [{"key":"ce_id","value":"e5"},{"key":"onceflow_redrives","value":1},
       {"key":"trace","base64":"AP8="},{"key":"none","value":null}]""";

  private TestingRows() {}

  static From from(UUID topicId, long offset) {
    return new From(TestingRecords.INPUT, topicId, 3, offset, TIME_MS);
  }

  static TableRow row(From from, State state, String headers) {
    return new TableRow(
        from,
        new Why(
            "orders-sink",
            new TreeMap<>(Map.of("reason", "refused", "table", "orders", "sqlstate", "23514")),
            "the database refuses it",
            Instant.ofEpochMilli(TestingRecords.FAILED_MS)),
        new Kept(
            new Part(null, "\"key-%d\"".formatted(from.offset())),
            new Part(null, "{\"amount\":%d}".formatted(from.offset())),
            headers),
        state,
        new Uuid(7, 7).toString());
  }

  static TableRow row(long offset, State state) {
    return row(from(TOPIC_ID, offset), state, "[]");
  }
}
