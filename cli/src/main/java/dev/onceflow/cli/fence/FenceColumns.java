package dev.onceflow.cli.fence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/** The columns of {@code onceflow.fence}. */
final class FenceColumns {
  static final String SELECT =
      """
      SELECT sink, run, topic, partition, next_offset, epoch, owner, generation, topic_id,
        last_offset, last_timestamp_ms, encode(last_key_hash, 'hex') AS last_key_hash,
        last_event_id, greatest(updated_at, advanced_at) AS updated_at,
        extract(epoch FROM clock_timestamp() - greatest(updated_at, advanced_at))::bigint AS age_s
      FROM onceflow.fence""";

  private FenceColumns() {}

  static FenceRow read(ResultSet row) throws SQLException {
    Long lastOffset = row.getObject("last_offset", Long.class);
    Optional<Instant> lastTimestamp =
        Optional.ofNullable(row.getObject("last_timestamp_ms", Long.class))
            .map(Instant::ofEpochMilli);
    return new FenceRow(
        new FenceKey(
            row.getString("sink"),
            row.getString("run"),
            row.getString("topic"),
            row.getInt("partition")),
        row.getLong("next_offset"),
        row.getLong("epoch"),
        row.getString("owner"),
        row.getInt("generation"),
        Optional.ofNullable(row.getObject("topic_id", UUID.class)),
        lastOffset == null
            ? Optional.empty()
            : Optional.of(
                new FenceRow.LastRecord(
                    lastOffset,
                    lastTimestamp,
                    Optional.ofNullable(row.getString("last_key_hash")),
                    Optional.ofNullable(row.getString("last_event_id")))),
        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
        row.getLong("age_s"));
  }
}
