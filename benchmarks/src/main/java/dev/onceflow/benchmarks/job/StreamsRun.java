package dev.onceflow.benchmarks.job;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TopologyFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.streams.KafkaStreams;

/**
 * A topology over an input that is there already, from its beginning to its end. It runs without
 * the runtime, which would not run anything but exactly-once.
 */
final class StreamsRun {
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final long LOOK_EVERY_MS = 20;

  /** Of the input, before which the time doesn't count: classes are loaded, code is compiled. */
  private static final double WARM_UP = 0.2;

  private final Path folder;
  private final String bootstrapServers;
  private final String registry;

  StreamsRun(Path folder, String bootstrapServers, String registry) {
    this.folder = folder;
    this.bootstrapServers = bootstrapServers;
    this.registry = registry;
  }

  /** Everything but the guarantee is the same. */
  enum Guarantee {
    EXACTLY_ONCE("exactly_once_v2"),
    AT_LEAST_ONCE("at_least_once");

    private final String setting;

    Guarantee(String setting) {
      this.setting = setting;
    }
  }

  /**
   * A running topology.
   *
   * @param streams it
   * @param application its group
   */
  record Running(KafkaStreams streams, String application) implements AutoCloseable {
    @Override
    public void close() {
      streams.close(Duration.ofMinutes(1));
      streams.cleanUp();
    }
  }

  /** A fresh {@code application.id}. */
  static String application(TopologyFactory factory) {
    return factory.name() + "-" + UUID.randomUUID();
  }

  Running start(TopologyFactory factory, Guarantee guarantee, int threads) {
    return start(factory, application(factory), guarantee, threads);
  }

  Running start(TopologyFactory factory, String application, Guarantee guarantee, int threads) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", application);
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("state.dir", folder.resolve("state").toString());
    settings.put("schema.registry.url", registry);
    settings.put("num.stream.threads", Integer.toString(threads));
    settings.put("dedupe.horizon.ms", "-1");
    settings.put("commit.interval.ms", "100");
    JobConfig config = JobConfig.of(settings, factory);
    Properties properties = new Properties();
    properties.putAll(config.effective());
    properties.put("processing.guarantee", guarantee.setting);
    KafkaStreams streams = new KafkaStreams(factory.build(config.effective()), properties);
    streams.start();
    return new Running(streams, application);
  }

  /**
   * Reads the whole input.
   *
   * @param input the topic
   * @param records how many there are
   * @return records a second, after a warm-up
   */
  double rate(TopologyFactory factory, Guarantee guarantee, int threads, String input, long records)
      throws ExecutionException, InterruptedException {
    try (Running running = start(factory, guarantee, threads)) {
      return rate(running, input, 0, records);
    }
  }

  /**
   * Reads on.
   *
   * @param before how many records of the input are read already
   * @param records how many are to be read
   * @return records a second, after a warm-up
   */
  double rate(Running running, String input, long before, long records)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      long warm = before + Math.round(records * WARM_UP);
      long[] from = await(admin, running.application(), input, warm);
      long[] to = await(admin, running.application(), input, before + records);
      return (to[0] - from[0]) * (double) TimeUnit.SECONDS.toNanos(1) / (to[1] - from[1]);
    }
  }

  /** Waits until that many records of the input are read and committed. */
  void awaitRead(Running running, String input, long records)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      await(admin, running.application(), input, records);
    }
  }

  /** Waits until the group has committed that many; answers how many, and when. */
  private static long[] await(Admin admin, String group, String input, long records)
      throws ExecutionException, InterruptedException {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() - deadlineNs < 0) {
      long committed =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .entrySet()
              .stream()
              .filter(entry -> entry.getKey().topic().equals(input) && entry.getValue() != null)
              .map(Map.Entry::getValue)
              .mapToLong(OffsetAndMetadata::offset)
              .sum();
      if (committed >= records) {
        return new long[] {committed, System.nanoTime()};
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
    }
    throw new IllegalStateException(group + " wasn't done within " + LIMIT);
  }
}
