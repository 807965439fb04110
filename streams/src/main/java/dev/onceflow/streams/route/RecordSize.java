package dev.onceflow.streams.route;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * How large a record is where it counts: alone in a batch, as the producer measures it before it
 * compresses, and as a broker does if nothing could be compressed.
 */
public final class RecordSize {
  private static final int BATCH_BYTES = 61;
  private static final int LENGTHS_BYTES = 36;
  private static final int HEADER_BYTES = 10;
  private static final int CHAR_BYTES_MAX = 3;

  private RecordSize() {}

  /**
   * The largest record that a job may write as it came, bytes, by its settings: what its producer
   * takes, and topics that take no less, whether it is compressed there or not.
   */
  public static long max(Map<String, ?> settings) {
    return JobConfig.recordBytesMax(settings) - JobTopic.CODEC_BYTES_MAX;
  }

  /** Never less than what producer and brokers count, bytes: with the longest form of lengths. */
  public static long of(byte[] key, byte[] value, Headers headers) {
    long size = (long) BATCH_BYTES + LENGTHS_BYTES + length(key) + length(value);
    for (Header header : headers) {
      size += HEADER_BYTES + (long) CHAR_BYTES_MAX * header.key().length() + length(header.value());
    }
    return size;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
