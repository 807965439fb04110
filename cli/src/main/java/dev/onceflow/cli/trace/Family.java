package dev.onceflow.cli.trace;

import dev.onceflow.schemas.event.EventIds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An event's ID and those of the events that follow from it, which are functions of it and of their
 * role ({@link EventIds#derive}). Each is looked for as text, so that a record is found whatever
 * its format.
 */
final class Family {
  /** What an event itself leads to. */
  private static final List<String> CHILDREN = List.of("debit", "credit", "rejected");

  /** What a ledger entry leads to. */
  private static final List<String> GRANDCHILDREN = List.of("balance", "daily-total");

  private static final int SHARED_PREFIX = 14;

  private final String eventId;
  private final Map<String, String> roles = new LinkedHashMap<>();
  private final Map<String, byte[]> texts = new LinkedHashMap<>();
  private final Optional<byte[]> common;

  private Family(String eventId) {
    this.eventId = eventId;
    add(eventId, "event");
    this.common = Optional.empty();
  }

  private Family(String eventId, long occurredAtMs) {
    this.eventId = eventId;
    add(eventId, "event");
    for (String role : CHILDREN) {
      String child = EventIds.derive(eventId, role, occurredAtMs).toString();
      add(child, role);
      for (String after : "rejected".equals(role) ? List.<String>of() : GRANDCHILDREN) {
        add(EventIds.derive(child, after, occurredAtMs).toString(), after + " after the " + role);
      }
    }
    this.common = commonPrefix();
  }

  /**
   * @param occurredAt the event's occurred_at; not needed where its ID has a time inside. Without
   *     either the IDs of what follows from it can't be told
   */
  static Family of(String eventId, Optional<Instant> occurredAt) {
    if (EventIds.timeMs(eventId).isPresent()) {
      return new Family(eventId, EventIds.timeMs(eventId).getAsLong());
    }
    return occurredAt
        .map(time -> new Family(eventId, time.toEpochMilli()))
        .orElseGet(() -> new Family(eventId));
  }

  private void add(String id, String role) {
    roles.put(id, role);
    texts.put(id, id.getBytes(StandardCharsets.UTF_8));
  }

  // All have the time of their parent in front, so that one search is enough for most records.
  private Optional<byte[]> commonPrefix() {
    if (EventIds.timeMs(eventId).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(eventId.substring(0, SHARED_PREFIX).getBytes(StandardCharsets.UTF_8));
  }

  String eventId() {
    return eventId;
  }

  /** All IDs. */
  List<String> ids() {
    return List.copyOf(roles.keySet());
  }

  /** What an ID is to the event, empty for one of another family. */
  Optional<String> role(String id) {
    return Optional.ofNullable(roles.get(id));
  }

  /** The first of the IDs that stands somewhere in {@code bytes}. */
  Optional<String> namedIn(byte[] bytes) {
    if (bytes == null || common.filter(prefix -> !contains(bytes, prefix)).isPresent()) {
      return Optional.empty();
    }
    return texts.entrySet().stream()
        .filter(text -> contains(bytes, text.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static boolean contains(byte[] bytes, byte[] text) {
    int last = bytes.length - text.length;
    for (int start = 0; start <= last; start++) {
      int i = 0;
      while (i < text.length && bytes[start + i] == text[i]) {
        i++;
      }
      if (i == text.length) {
        return true;
      }
    }
    return false;
  }
}
