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
  private static final int RECORDS_MAX = 20_000;
  private static final String ROWS = "SELECT count(*) FROM ledger_entries";

  private final int leg;
  private final Cluster cluster;
  private final Flow flow;
  private final Load load;
  private final KafkaConsumer<byte[], byte[]> entries;
  private final List<Sample> samples = new ArrayList<>();
  private final List<dev.onceflow.verification.checker.Sample> held = new ArrayList<>();
  private final long startedNs = System.nanoTime();
  private final Thread thread = new Thread(this::watch, "sampler");
  private volatile boolean closed;
  private long entriesCommitted;

  Sampler(int leg, Cluster cluster, Flow flow, Load load) {
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
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_MAX);
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
      follow();
      if (System.nanoTime() > nextNs) {
        nextNs = System.nanoTime() + EVERY.toNanos();
        sample();
      }
    }
    entries.close();
  }

  // A poll gives a part only of what there is; what is counted late would show as a standstill.
  private void follow() {
    try {
      long untilNs = System.nanoTime() + EVERY.toNanos();
      int records;
      do {
        records = entries.poll(POLL).count();
        entriesCommitted += records;
      } while (records > 0 && !closed && System.nanoTime() < untilNs);
    } catch (KafkaException away) {
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    double second = Math.round((System.nanoTime() - startedNs) / 1e8) / 10.0;
    List<Member<?>> alive =
        cluster.members().stream().filter(member -> member.process().alive()).toList();
    Sample sample =
        new Sample(
            leg,
            second,
            load.sent(),
            entriesCommitted,
            flow.number(ROWS).orElse(null),
            flow.jobLag().orElse(null),
            flow.sinkLag().orElse(null),
            alive.stream()
                .map(
                    member ->
                        new ProcessReading(
                            member.name(), bytes(member, "VmRSS:"), handles(member), null))
                .toList());
    synchronized (samples) {
      samples.add(sample);
      alive.forEach(member -> held.add(held(member, second)));
    }
  }

  // What servers share, such as a database's buffers, would count once for each of their processes.
  private static dev.onceflow.verification.checker.Sample held(Member<?> member, double second) {
    return new dev.onceflow.verification.checker.Sample(
        "%s (%d)".formatted(member.name(), member.process().pid()),
        second,
        bytes(member, "RssAnon:"),
        handles(member),
        0);
  }

  private static long bytes(Member<?> member, String field) {
    return member.process().family().stream()
        .mapToLong(process -> bytes(proc(process).resolve("status"), field))
        .sum();
  }

  private static long handles(Member<?> member) {
    return member.process().family().stream()
        .mapToLong(process -> count(proc(process).resolve("fd")))
        .sum();
  }

  private static Path proc(ProcessHandle process) {
    return Path.of("/proc", Long.toString(process.pid()));
  }

  private static long bytes(Path status, String field) {
    // The whole file at once: a stream of lines throws unchecked where the process ends meanwhile.
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
          .sum();
    } catch (IOException | UncheckedIOException gone) {
      // It may end between the opening and the reading, too.
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

  /** What each process held by itself, of all samples so far. */
  List<dev.onceflow.verification.checker.Sample> held() {
    synchronized (samples) {
      return List.copyOf(held);
    }
  }

  /** Reads no more; what was read stays. */
  void end() {
    closed = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    end();
  }
}
