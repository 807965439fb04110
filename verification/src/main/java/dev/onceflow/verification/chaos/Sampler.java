package dev.onceflow.verification.chaos;

import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.report.ProcessReading;
import dev.onceflow.verification.report.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads figures every few seconds, in a thread of its own: what went in, what is committed, what
 * stands in the database, what processes hold. What can't be read at a moment is a gap.
 */
final class Sampler implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final String ROWS = "SELECT count(*) FROM ledger_entries";

  private final int leg;
  private final Cluster cluster;
  private final Flow flow;
  private final PacedLoad load;
  private final KafkaConsumer<byte[], byte[]> entries;
  private final List<Sample> samples = new ArrayList<>();
  private final long startedNs = System.nanoTime();
  private final Thread thread = new Thread(this::watch, "sampler");
  private volatile boolean closed;
  private long entriesCommitted;

  Sampler(int leg, Cluster cluster, Flow flow, PacedLoad load) {
    this.leg = leg;
    this.cluster = cluster;
    this.flow = flow;
    this.load = load;
    Map<String, Object> config = new HashMap<>();
    config.put(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        cluster.clientConfig().get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, "sampler");
    entries = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        IntStream.range(0, cluster.shape().partitions())
            .mapToObj(each -> new TopicPartition(Topics.LEDGER_ENTRIES.name(), each))
            .toList();
    entries.assign(partitions);
    entries.seekToBeginning(partitions);
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    long nextNs = System.nanoTime();
    while (!closed) {
      try {
        entriesCommitted += entries.poll(POLL).count();
      } catch (KafkaException away) {
        pause();
      }
      if (System.nanoTime() > nextNs) {
        nextNs = System.nanoTime() + EVERY.toNanos();
        sample();
      }
    }
    entries.close();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    Sample sample =
        new Sample(
            leg,
            Math.round((System.nanoTime() - startedNs) / 1e8) / 10.0,
            load.sent(),
            entriesCommitted,
            flow.number(ROWS).orElse(null),
            flow.jobLag().orElse(null),
            flow.sinkLag().orElse(null),
            cluster.members().stream()
                .filter(member -> member.process().alive())
                .map(Sampler::reading)
                .toList());
    synchronized (samples) {
      samples.add(sample);
    }
  }

  private static ProcessReading reading(Member<?> member) {
    long memoryBytes = 0;
    long handles = 0;
    for (ProcessHandle process : member.process().family()) {
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      memoryBytes += residentBytes(proc.resolve("status"));
      handles += count(proc.resolve("fd"));
    }
    return new ProcessReading(member.name(), memoryBytes, handles, null);
  }

  private static long residentBytes(Path status) {
    // The whole file at once: a stream of lines throws unchecked where the process ends meanwhile.
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
          .sum();
    } catch (IOException gone) {
      return 0;
    }
  }

  private static long count(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    } catch (IOException | UncheckedIOException gone) {
      return 0;
    }
  }

  /** What was read so far. */
  List<Sample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
