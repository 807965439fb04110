package dev.onceflow.outbox.write;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Enqueues events in the caller's database transaction: they are published if, and only if, it
 * commits, and for each key in the order of the commits.
 *
 * <p>It never begins, commits or rolls back anything, and keeps nothing; any number of threads may
 * use it, each with a connection of its own. To the database it is one function, {@code
 * onceflow_outbox.enqueue}, which other languages call themselves.
 */
public final class Outbox {
  private static final String SCRIPT = "/dev/onceflow/outbox/V1__onceflow_outbox.sql";
  private static final String ENQUEUE_JSON =
      "SELECT onceflow_outbox.enqueue(?, ?, ?, ?, ?::jsonb, ?::jsonb)";
  private static final String ENQUEUE_BYTES =
      "SELECT onceflow_outbox.enqueue(?, ?, ?, ?, ?::bytea, ?::jsonb)";

  private Outbox() {}

  /**
   * Enqueues an event.
   *
   * @param connection in a transaction, which the caller commits
   * @return its event ID
   * @throws IllegalStateException if the connection commits by itself: then the event would be
   *     published whatever becomes of the business change
   * @throws SQLException as the database says, such as 22023 for a topic that can't be one
   */
  public static String enqueue(Connection connection, OutboxEvent event) throws SQLException {
    if (connection.getAutoCommit()) {
      throw new IllegalStateException(
          "The connection is in autocommit mode, so this event would be published even if the"
              + " business change is not made; call setAutoCommit(false) and commit both together");
    }
    boolean isBytes = event.payload() instanceof Payload.Bytes;
    try (PreparedStatement statement =
        connection.prepareStatement(isBytes ? ENQUEUE_BYTES : ENQUEUE_JSON)) {
      statement.setString(1, event.topic());
      statement.setString(2, event.key());
      statement.setString(3, event.eventId().orElse(null));
      statement.setString(4, event.type().orElse(null));
      if (event.payload() instanceof Payload.Bytes bytes) {
        statement.setBytes(5, bytes.value());
      } else if (event.payload() instanceof Payload.Json json) {
        statement.setString(5, json.text());
      } else {
        statement.setNull(5, Types.VARCHAR);
      }
      statement.setString(6, event.headers().isEmpty() ? null : json(event.headers()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /**
   * Enqueues events, in their order.
   *
   * @param connection in a transaction, which the caller commits
   * @return their event IDs
   */
  public static List<String> enqueue(Connection connection, List<OutboxEvent> events)
      throws SQLException {
    List<String> ids = new ArrayList<>();
    for (OutboxEvent event : events) {
      ids.add(enqueue(connection, event));
    }
    return ids;
  }

  /** The script that makes schema {@code onceflow_outbox}, for those who don't use Flyway. */
  public static String script() {
    try (InputStream script = Outbox.class.getResourceAsStream(SCRIPT)) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String json(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(header -> quoted(header.getKey()) + ':' + quoted(header.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\' || c < ' ') {
                json.append("\\u%04x".formatted(c));
              } else {
                json.append((char) c);
              }
            });
    return json.append('"').toString();
  }
}
