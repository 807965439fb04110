package dev.onceflow.benchmarks.job;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.schemas.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;

/**
 * What a job that only dedupes reaches while its memory holds many event IDs.
 *
 * <p>The memory is filled through its changelog, as on a machine that takes over: entries of the
 * size and order that the job itself would have written, restored by Streams.
 */
final class FullMemory {
  private static final Duration LIMIT = Duration.ofMinutes(40);
  private static final long LOOK_EVERY_MS = 200;

  /** So often in a row RocksDB must have nothing to do before the clock starts. */
  private static final int IDLE_LOOKS = 10;

  private static final long REMEMBERED_FOR_MS = Duration.ofDays(7).toMillis();
  private static final int ENTRY_BYTES = 17;
  private static final byte APPLIED = 1;
  private static final int VALUE_BYTES = 150;
  private static final double MEGABYTE = 1e6;

  private final KafkaServer kafka;
  private final StreamsRun streams;
  private final int partitions;
  private final Consumer<String> out;

  FullMemory(KafkaServer kafka, StreamsRun streams, int partitions, Consumer<String> out) {
    this.kafka = kafka;
    this.streams = streams;
    this.partitions = partitions;
    this.out = out;
  }

  /** How event IDs are made. */
  enum Ids {
    /** UUIDv7: a new ID lies behind all that are remembered. */
    TIME_ORDERED {
      @Override
      UUID next(SplittableRandom random, long nowMs) {
        return new UUID(
            (nowMs << 16) | 0x7000L | (random.nextLong() & 0xFFFL), variant(random.nextLong()));
      }
    },
    /** UUIDv4: a new ID lies anywhere between them. */
    RANDOM {
      @Override
      UUID next(SplittableRandom random, long nowMs) {
        return new UUID((random.nextLong() & ~0xF000L) | 0x4000L, variant(random.nextLong()));
      }
    };

    abstract UUID next(SplittableRandom random, long nowMs);

    private static long variant(long bits) {
      return (bits & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    }
  }

  /**
   * Fills a memory and measures.
   *
   * @param remembered how many IDs it holds
   * @param events fresh events in each round
   * @param rounds how often they are sent
   * @return records a second, of each round
   */
  List<Double> rates(Ids ids, int remembered, int events, int rounds) throws Exception {
    String input = "fresh-" + UUID.randomUUID();
    DedupeOnly job = new DedupeOnly(input);
    List<Topic> topics = new ArrayList<>();
    job.topics().stream()
        .filter(topic -> !topic.name().equals(DedupeOnly.OUTPUT))
        .forEach(topic -> topics.add(new Topic(topic.name(), "event ID", topic.settings())));
    String application = StreamsRun.application(job);
    String memory = application + "-" + input + "-memory";
    Map<String, String> changelog = Map.of("cleanup.policy", "compact");
    topics.add(new Topic(memory + "-changelog", "event ID", changelog));
    topics.add(new Topic(memory + "-buckets-changelog", "end", changelog));
    kafka.createTopics(topics, partitions);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      fill(producer, memory, ids, remembered);
      long beganNs = System.nanoTime();
      try (StreamsRun.Running running =
          streams.start(job, application, StreamsRun.Guarantee.EXACTLY_ONCE, 1)) {
        awaitRestored(running.streams());
        say("%s, %,d IDs: restored in %,d s", ids, remembered, secondsSince(beganNs));
        awaitIdle(running.streams());
        say(
            "%s, %,d IDs: settled after %,d s; %s",
            ids, remembered, secondsSince(beganNs), sizes(running.streams()));
        List<Double> rates = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(remembered);
        for (int round = 0; round < rounds; round++) {
          rates.add(round(producer, running, input, ids, random, (long) round * events, events));
        }
        say("%s, %,d IDs: afterwards %s", ids, remembered, sizes(running.streams()));
        return rates;
      }
    }
  }

  private double round(
      KafkaProducer<byte[], byte[]> producer,
      StreamsRun.Running running,
      String input,
      Ids ids,
      SplittableRandom random,
      long before,
      int events)
      throws Exception {
    byte[] value = new byte[VALUE_BYTES];
    for (int i = 0; i < events; i++) {
      ByteBuffer.wrap(value).putLong(random.nextLong());
      String id = ids.next(random, System.currentTimeMillis()).toString();
      var unused =
          producer.send(
              new ProducerRecord<>(input, id.getBytes(StandardCharsets.ISO_8859_1), value.clone()));
    }
    producer.flush();
    return streams.rate(running, input, before, events);
  }

  private void fill(
      KafkaProducer<byte[], byte[]> producer, String memory, Ids ids, int remembered) {
    SplittableRandom random = new SplittableRandom(7);
    long nowMs = System.currentTimeMillis();
    long fromMs = nowMs - REMEMBERED_FOR_MS;
    for (int partition = 0; partition < partitions; partition++) {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  memory + "-buckets-changelog",
                  partition,
                  ByteBuffer.allocate(Long.BYTES).putLong(-1).array(),
                  ByteBuffer.allocate(4 * Long.BYTES)
                      .putLong(nowMs)
                      .putLong(Long.MIN_VALUE)
                      .putLong(-1)
                      .putLong(Long.MIN_VALUE)
                      .array()));
    }
    for (int i = 0; i < remembered; i++) {
      long arrivalMs = fromMs + (long) ((double) REMEMBERED_FOR_MS * i / remembered);
      UUID id = ids.next(random, arrivalMs);
      var unused =
          producer.send(
              new ProducerRecord<>(
                  memory + "-changelog",
                  i % partitions,
                  ByteBuffer.allocate(2 * Long.BYTES)
                      .putLong(id.getMostSignificantBits())
                      .putLong(id.getLeastSignificantBits())
                      .array(),
                  ByteBuffer.allocate(ENTRY_BYTES)
                      .putLong(arrivalMs)
                      .putLong(random.nextLong())
                      .put(APPLIED)
                      .array()));
    }
    producer.flush();
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", kafka.bootstrapServers(),
            "linger.ms", 20,
            "batch.size", 262_144),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void awaitRestored(KafkaStreams streams) throws InterruptedException {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    while (streams.state() != KafkaStreams.State.RUNNING) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new IllegalStateException("Not restored within " + LIMIT);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
    }
  }

  private static void awaitIdle(KafkaStreams streams) throws InterruptedException {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    for (int idle = 0; idle < IDLE_LOOKS; ) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new IllegalStateException("RocksDB wasn't done within " + LIMIT);
      }
      // Not compaction-pending: universal compaction says so for ever where it finds none to do.
      boolean busy =
          sum(streams, "num-running-compactions") + sum(streams, "num-running-flushes") > 0;
      idle = busy ? 0 : idle + 1;
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
    }
  }

  private static String sizes(KafkaStreams streams) throws Exception {
    String resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .findFirst()
            .orElse("VmRSS unknown")
            .replaceAll("\\s+", " ");
    return String.format(
        Locale.ROOT,
        "on disk %,.0f MB; filters and indexes %,.0f MB, block cache %,.0f MB, memtables %,.0f MB; process %s",
        sum(streams, "total-sst-files-size") / MEGABYTE,
        sum(streams, "estimate-table-readers-mem") / MEGABYTE,
        sum(streams, "block-cache-usage") / MEGABYTE,
        sum(streams, "cur-size-all-mem-tables") / MEGABYTE,
        resident);
  }

  private static double sum(KafkaStreams streams, String name) {
    return streams.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals(name))
        .map(Metric::metricValue)
        .mapToDouble(value -> ((Number) value).doubleValue())
        .sum();
  }

  private static long secondsSince(long beganNs) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNs);
  }

  private void say(String text, Object... values) {
    out.accept(String.format(Locale.ROOT, text, values));
  }
}
