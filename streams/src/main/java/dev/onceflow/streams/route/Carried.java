package dev.onceflow.streams.route;

import dev.onceflow.streams.job.JobTopic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A record on its way through a repartition topic: another key, and behind its own headers two more
 * with the key that it came with and the place where it was read. Value, timestamp and its own
 * headers stay as they are, byte for byte and in their order, so that whatever is set aside behind
 * the repartition is the record that came.
 *
 * <p>What is added is at most {@value JobTopic#REPARTITION_ADDED_BYTES_MAX} bytes, with a key of at
 * most 16 and topic names of at most 249.
 *
 * @param original the record as it came
 * @param at where it was read
 */
public record Carried(Record<byte[], byte[]> original, Coordinates at) {
  private static final String KEY = "onceflow_carried_key";
  private static final String FROM = "onceflow_carried_from";
  private static final int ADDED_HEADERS = 2;

  /**
   * The record to send through a repartition topic.
   *
   * @param key the key that it travels under
   * @param event the record as it came
   */
  public static Record<byte[], byte[]> under(byte[] key, Event<?> event) {
    RecordHeaders headers = new RecordHeaders(event.headers());
    headers.add(KEY, event.rawKey());
    headers.add(FROM, event.at().toString().getBytes(StandardCharsets.UTF_8));
    return new Record<>(key, event.rawValue(), event.arrivalMs(), headers);
  }

  /**
   * The record that was sent through a repartition topic.
   *
   * @throws IllegalStateException if it is no such record: somebody else writes to that topic
   */
  public static Carried of(Record<byte[], byte[]> carried) {
    // By their place, not by their name: a record may have come with headers of these names.
    Header[] all = carried.headers().toArray();
    int own = all.length - ADDED_HEADERS;
    if (own < 0 || !all[own].key().equals(KEY) || !all[own + 1].key().equals(FROM)) {
      throw new IllegalStateException(
          "A record in the repartition topic doesn't end with the headers %s and %s: who else writes there?"
              .formatted(KEY, FROM));
    }
    Headers headers = new RecordHeaders(Arrays.copyOf(all, own));
    return new Carried(
        new Record<>(all[own].value(), carried.value(), carried.timestamp(), headers),
        Coordinates.parse(new String(all[own + 1].value(), StandardCharsets.UTF_8)));
  }
}
