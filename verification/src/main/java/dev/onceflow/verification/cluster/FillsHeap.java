package dev.onceflow.verification.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets a job's process run out of memory in its stream thread, as a leak would: as soon as a file
 * is in the folder where it runs. Does nothing else. The file goes first, so that the next process
 * lives.
 */
public final class FillsHeap implements ConsumerInterceptor<byte[], byte[]> {
  /** The file, in the process's folder. */
  static final String WHEN = "fill-the-heap";

  private static final int PIECE_BYTES = 1 << 20;

  private final List<byte[]> kept = new ArrayList<>();

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    try {
      if (Files.deleteIfExists(Path.of(WHEN))) {
        fill();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  @SuppressWarnings("InfiniteLoopStatement")
  private void fill() {
    while (true) {
      kept.add(new byte[PIECE_BYTES]);
    }
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void configure(Map<String, ?> config) {}

  @Override
  public void close() {}
}
