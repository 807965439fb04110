package dev.onceflow.streams.route;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * How a record is set aside, in a dead letter or a quarantine topic: key, value and headers byte
 * for byte as they came, and behind these headers the reason. A record that is set aside a second
 * time carries both reasons; the last one counts.
 */
public final class SetAside {
  /** Why, a short name to count by. */
  public static final String REASON = "onceflow_reason";

  /** Why, for people. */
  public static final String DETAIL = "onceflow_detail";

  /** The topic that the record was read from. */
  public static final String TOPIC = "onceflow_original_topic";

  /** The partition that the record was read from, in decimal. */
  public static final String PARTITION = "onceflow_original_partition";

  /** The record's offset there, in decimal. */
  public static final String OFFSET = "onceflow_original_offset";

  // A message may quote the record; a header must not be what makes it too large to be produced.
  private static final int DETAIL_CHARS_MAX = 1_000;

  private SetAside() {}

  /**
   * The record to produce.
   *
   * @param key as it came
   * @param value as it came
   * @param timestamp as it came
   * @param headers as they came; not changed
   * @param at where the record was read
   * @param reason a short name
   * @param detail for people, may be null
   */
  public static Record<byte[], byte[]> record(
      byte[] key,
      byte[] value,
      long timestamp,
      Headers headers,
      Coordinates at,
      String reason,
      String detail) {
    RecordHeaders all = new RecordHeaders(headers);
    all.add(REASON, utf8(reason));
    all.add(DETAIL, utf8(shortened(detail == null ? "" : detail)));
    all.add(TOPIC, utf8(at.topic()));
    all.add(PARTITION, utf8(Integer.toString(at.partition())));
    all.add(OFFSET, utf8(Long.toString(at.offset())));
    return new Record<>(key, value, timestamp, all);
  }

  private static String shortened(String detail) {
    return detail.length() <= DETAIL_CHARS_MAX
        ? detail
        : detail.substring(0, DETAIL_CHARS_MAX - 1) + "…";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
