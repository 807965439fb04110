package dev.onceflow.testkit.record;

import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.route.Coordinates;
import dev.onceflow.streams.route.SetAside;
import java.time.Instant;
import java.util.Objects;

/**
 * A record in a quarantine or dead letter topic.
 *
 * @param record the record whole: key, value and headers as it came, then the headers that say why
 */
public record SetAsideRecord(Message<byte[], byte[]> record) {
  /** Why, a short name. */
  public String reason() {
    return needed(SetAside.REASON);
  }

  /** Why, for people. */
  public String detail() {
    return needed(SetAside.DETAIL);
  }

  /** Where the job read it. */
  public Coordinates at() {
    return new Coordinates(
        needed(SetAside.TOPIC),
        Integer.parseInt(needed(SetAside.PARTITION)),
        Long.parseLong(needed(SetAside.OFFSET)));
  }

  /** What an operator sends who redrives it: the same record, arriving now. */
  public Message<byte[], byte[]> redriven() {
    return record.arriving(null);
  }

  /**
   * What an operator sends who knows that the event was not seen although memory can't prove it.
   *
   * @param now when that is said
   */
  public Message<byte[], byte[]> released(Instant now) {
    return redriven().withHeader(Dedupe.RELEASE, Long.toString(now.toEpochMilli()));
  }

  private String needed(String header) {
    return Objects.requireNonNull(
        record.header(header), () -> "a record that was set aside has the header " + header);
  }
}
