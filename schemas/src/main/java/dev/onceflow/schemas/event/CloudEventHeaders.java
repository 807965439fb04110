package dev.onceflow.schemas.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The event envelope: CloudEvents 1.0 attributes as Kafka headers (CloudEvents Kafka protocol
 * binding, binary mode), and the coordinates of the input record that a derived event came from.
 */
public final class CloudEventHeaders {
  /** The event ID. */
  public static final String ID = "ce_id";

  /** Who made the event, a URI reference. */
  public static final String SOURCE = "ce_source";

  /** The version of CloudEvents. */
  public static final String SPEC_VERSION = "ce_specversion";

  /** What kind of event it is. */
  public static final String TYPE = "ce_type";

  /** When it happened, RFC 3339. */
  public static final String TIME = "ce_time";

  /** On derived events: the input record's coordinates, {@code topic-partition-offset}. */
  public static final String INPUT = "onceflow_input";

  private static final byte[] VERSION_1_0 = utf8("1.0");

  private CloudEventHeaders() {}

  /**
   * Sets the attributes on {@code headers}, in place of any that are there.
   *
   * @param id the event ID
   * @param source who made the event, a URI reference
   * @param type what kind of event it is
   * @param time when it happened
   */
  public static void set(Headers headers, String id, String source, String type, Instant time) {
    put(headers, ID, utf8(id));
    put(headers, SOURCE, utf8(source));
    put(headers, SPEC_VERSION, VERSION_1_0);
    put(headers, TYPE, utf8(type));
    put(headers, TIME, utf8(time.toString()));
  }

  /** The event ID in {@code headers}, or null where none is given. */
  public static String id(Headers headers) {
    Header header = headers.lastHeader(ID);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static void put(Headers headers, String key, byte[] value) {
    headers.remove(key).add(key, value);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
