package dev.onceflow.cli.replay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * Within what the live sink compares offsets, as it writes it into its tables: a partition and, as
 * far as the fence knows it, the topic's ID. What is compared less strictly here than there would
 * be known to a plan and new to the sink.
 *
 * @param topicIds as the live fences have them
 * @param isChecked whether the sink notes an ID where its fence has none yet
 */
record LivePositions(Map<TopicPartition, UUID> topicIds, boolean isChecked) {
  private static final String READ =
      "SELECT topic, partition, topic_id FROM onceflow.fence"
          + " WHERE sink = ? AND run = '' AND topic_id IS NOT NULL";

  /** Copies its map. */
  LivePositions {
    topicIds = Map.copyOf(topicIds);
  }

  /** Reads them; the caller commits. */
  static LivePositions read(Connection connection, String sink, SinkTable table)
      throws SQLException {
    Map<TopicPartition, UUID> topicIds = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(READ)) {
      query.setString(1, sink);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          topicIds.put(
              new TopicPartition(row.getString(1), row.getInt(2)), row.getObject(3, UUID.class));
        }
      }
    }
    return new LivePositions(topicIds, table.checksTopics());
  }

  /** That of a record. */
  String of(Fields record) {
    TopicPartition partition =
        new TopicPartition(
            record.part("topic").orElseThrow(),
            Integer.parseInt(record.part("partition").orElseThrow()));
    return Optional.ofNullable(topicIds.get(partition))
        .map(id -> partition + "@" + id)
        // Nothing that was written before the sink notes the ID has it.
        .orElseGet(() -> isChecked ? partition + "@" : partition.toString());
  }
}
