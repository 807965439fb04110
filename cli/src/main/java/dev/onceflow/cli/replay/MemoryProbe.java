package dev.onceflow.cli.replay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks event IDs up in the sink's memory: a UUIDv7 as it is, of any other text the first half of
 * SHA-256 over its length and itself. An unknown UUIDv7 at or below the floor may have been
 * forgotten.
 */
final class MemoryProbe extends Probe {
  private static final int UUID_LENGTH = 36;
  private static final int TIME_ORDERED = 7;
  private static final int TIME_SHIFT = 16;
  private static final String ASK =
      """
      WITH missing AS (
        SELECT DISTINCT asked.id FROM unnest(?::uuid[]) AS asked (id)
        WHERE %1$s),
      fresh AS (
        INSERT INTO %2$s SELECT ?, id::text FROM missing WHERE (id <= ?::uuid) IS NOT TRUE
        ON CONFLICT DO NOTHING RETURNING id)
      SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM missing WHERE id <= ?::uuid)""";
  private static final String UNKNOWN =
      "NOT EXISTS (SELECT FROM %s AS p WHERE p.event_id = asked.id)";

  private final Optional<Long> effect;
  private final Optional<UUID> floor;

  MemoryProbe(Connection connection, String sink, SinkTable table) throws SQLException {
    super(connection, table);
    Optional<Long> found = Optional.empty();
    Optional<UUID> highest = Optional.empty();
    if (isThere(connection, "onceflow.floors")) {
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT effect, floor_ms FROM onceflow.floors WHERE sink = ? AND run = '' AND name = ?")) {
        query.setString(1, sink);
        query.setString(2, table.name());
        try (ResultSet row = query.executeQuery()) {
          if (row.next()) {
            found = Optional.of(row.getLong(1));
            long floorMs = row.getLong(2);
            highest =
                row.wasNull()
                    ? Optional.empty()
                    : Optional.of(new UUID((floorMs << TIME_SHIFT) | 0xFFFF, -1));
          }
        }
      }
    }
    this.effect = found;
    this.floor = highest;
  }

  @Override
  Optional<List<String>> question(Fields record) {
    return table().eventId().in(record).map(List::of);
  }

  @Override
  Counts answer(List<List<String>> questions) throws SQLException {
    List<String> ids = questions.stream().map(question -> question.get(0)).toList();
    List<String> timed = ids.stream().filter(MemoryProbe::isTimed).toList();
    List<String> others = ids.stream().filter(id -> !isTimed(id)).toList();
    return ask(timed, "onceflow.processed_events_", floor)
        .plus(
            ask(
                others.stream().map(id -> hashed(id).toString()).toList(),
                "onceflow.processed_events_opaque_",
                Optional.empty()));
  }

  private Counts ask(List<String> ids, String memory, Optional<UUID> forgotten)
      throws SQLException {
    if (ids.isEmpty()) {
      return Counts.NONE;
    }
    String unknown = effect.map(number -> UNKNOWN.formatted(memory + number)).orElse("true");
    try (PreparedStatement query = connection().prepareStatement(ASK.formatted(unknown, SEEN))) {
      query.setArray(1, connection().createArrayOf("uuid", ids.toArray()));
      query.setString(2, table().name());
      query.setObject(3, forgotten.map(UUID::toString).orElse(null));
      query.setObject(4, forgotten.map(UUID::toString).orElse(null));
      try (ResultSet row = query.executeQuery()) {
        row.next();
        long fresh = row.getLong(1);
        long unprovable = row.getLong(2);
        return new Counts(0, fresh, ids.size() - fresh - unprovable, 0, unprovable, 0);
      }
    }
  }

  private static boolean isTimed(String id) {
    if (id.length() != UUID_LENGTH) {
      return false;
    }
    try {
      return UUID.fromString(id).version() == TIME_ORDERED;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static UUID hashed(String id) {
    byte[] text = id.getBytes(StandardCharsets.UTF_8);
    ByteBuffer sized = ByteBuffer.allocate(Integer.BYTES + text.length).putInt(text.length);
    try {
      ByteBuffer hash =
          ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(sized.put(text).array()));
      return new UUID(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
