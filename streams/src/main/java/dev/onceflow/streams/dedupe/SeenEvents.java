package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.job.StateQuery;
import java.time.Instant;
import java.util.Locale;

/** Whether an event ID was seen, and what came of it: a question to a memory from outside. */
public final class SeenEvents {
  private SeenEvents() {}

  /**
   * The question {@code /state/events/EVENT-ID}. An event ID doesn't tell its partition, so every
   * instance may be asked. An entry that is forgotten may be answered for as long as it isn't
   * deleted yet.
   *
   * @param memoryName the memory's name, as it was given to {@link Dedupe#byEventId}
   */
  public static StateQuery query(String memoryName) {
    return new StateQuery(
        "events",
        memoryName,
        StateQuery.Routing.EVERYWHERE,
        eventId -> EventKey.of(eventId, Memory.sha256()).bytes(),
        entry -> json(Entry.of((byte[]) entry)));
  }

  private static String json(Entry entry) {
    return "{\"outcome\":\"%s\",\"arrived\":\"%s\"}"
        .formatted(
            entry.outcome().name().toLowerCase(Locale.ROOT),
            Instant.ofEpochMilli(entry.arrivalMs()));
  }
}
