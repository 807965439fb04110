package dev.onceflow.benchmarks.job;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.registry.RegistryServer;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.topology.PaymentsTopology;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Measures the job beside what it could at most reach, in turns, on one broker here. */
public final class JobBench implements AutoCloseable {
  /** What can be measured. */
  public enum Part {
    /** Payments exactly-once beside at-least-once. */
    PAYMENTS,
    /** A job that only dedupes, a plain loop, and a job that only passes on. */
    DEDUPE,
    /** Where the time of payments goes. */
    TIME,
    /** How long a payment takes. */
    LATENCY,
    /** Dedupe with many event IDs remembered. */
    MEMORY
  }

  private static final int PARTITIONS = 4;
  private static final String RAW = "raw";
  private static final String RAW_COPY = "raw-copy";
  private static final int VALUE_BYTES = 150;
  private static final int PACED_PER_SECOND = 5_000;
  private static final Duration PACED_TIME = Duration.ofSeconds(60);

  private final KafkaServer kafka;
  private final RegistryServer registry;
  private final StreamsRun streams;
  private final int events;
  private final Consumer<String> out;

  /**
   * Starts the servers.
   *
   * @param folder where they keep their data
   * @param events how many events each measurement reads
   * @param out told of each figure
   */
  public JobBench(Path folder, int events, Consumer<String> out) {
    this.events = events;
    this.out = out;
    kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
    registry = RegistryServer.start(folder.resolve("registry"), FreePort.ANY);
    streams = new StreamsRun(folder, kafka.bootstrapServers(), registry.url());
    List<Topic> topics = new ArrayList<>(Topics.ALL);
    new DedupeOnly(RAW)
        .topics()
        .forEach(topic -> topics.add(new Topic(topic.name(), "event ID", topic.settings())));
    topics.add(new Topic(RAW_COPY, "event ID", Map.of()));
    kafka.createTopics(topics, PARTITIONS);
  }

  /**
   * Measures.
   *
   * @param parts what
   * @param repetitions how often each rate is measured; the median is given
   * @param threads numbers of stream threads
   * @param remembered numbers of event IDs to fill the memory with
   */
  public void run(
      List<Part> parts, int repetitions, List<Integer> threads, List<Integer> remembered)
      throws Exception {
    if (!Collections.disjoint(parts, EnumSet.of(Part.PAYMENTS, Part.TIME, Part.LATENCY))) {
      sendPayments();
    }
    if (parts.contains(Part.DEDUPE)) {
      sendRaw();
    }
    for (int count : threads) {
      if (parts.contains(Part.PAYMENTS)) {
        payments(repetitions, count);
      }
      if (parts.contains(Part.DEDUPE)) {
        dedupe(repetitions, count);
      }
    }
    if (parts.contains(Part.TIME)) {
      spent();
    }
    if (parts.contains(Part.LATENCY)) {
      latency();
    }
    if (parts.contains(Part.MEMORY)) {
      memory(repetitions, remembered);
    }
  }

  private void payments(int repetitions, int threads) throws Exception {
    List<Double> exactly = new ArrayList<>();
    List<Double> atLeast = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      exactly.add(payments(StreamsRun.Guarantee.EXACTLY_ONCE, threads));
      atLeast.add(payments(StreamsRun.Guarantee.AT_LEAST_ONCE, threads));
    }
    compared(
        "payments, %d threads: exactly-once".formatted(threads), exactly, "at-least-once", atLeast);
  }

  private double payments(StreamsRun.Guarantee guarantee, int threads) throws Exception {
    return streams.rate(new PaymentsTopology(), guarantee, threads, Topics.PAYMENTS.name(), events);
  }

  private void dedupe(int repetitions, int threads) throws Exception {
    List<Double> once = new ArrayList<>();
    List<Double> plain = new ArrayList<>();
    List<Double> passed = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      once.add(
          streams.rate(
              new DedupeOnly(RAW), StreamsRun.Guarantee.EXACTLY_ONCE, threads, RAW, events));
      plain.add(PlainLoop.rate(kafka.bootstrapServers(), RAW, PARTITIONS, RAW_COPY, events));
      passed.add(
          streams.rate(
              new PassOnly(RAW, RAW_COPY),
              StreamsRun.Guarantee.EXACTLY_ONCE,
              threads,
              RAW,
              events));
    }
    compared("dedupe only, %d threads".formatted(threads), once, "plain loop", plain);
    compared("dedupe only, %d threads".formatted(threads), once, "Streams alone", passed);
  }

  private void compared(String what, List<Double> ours, String peer, List<Double> peers) {
    out.accept(
        String.format(
            Locale.ROOT,
            "%s %,.0f/s, %s %,.0f/s: %.2f  (all: %s; %s)",
            what,
            median(ours),
            peer,
            median(peers),
            median(ours) / median(peers),
            rounded(ours),
            rounded(peers)));
  }

  private static double median(List<Double> rates) {
    return rates.stream().sorted().toList().get(rates.size() / 2);
  }

  private static List<Long> rounded(List<Double> rates) {
    return rates.stream().map(Math::round).toList();
  }

  private void spent() throws Exception {
    try (Spent spent = new Spent()) {
      payments(StreamsRun.Guarantee.EXACTLY_ONCE, 1);
      spent
          .shares()
          .forEach(
              (place, share) ->
                  out.accept(
                      String.format(
                          Locale.ROOT,
                          "payments, 1 thread, time in %-13s %4.1f %%",
                          place.name().toLowerCase(Locale.ROOT),
                          100 * share)));
    }
  }

  private void latency() throws Exception {
    try (StreamsRun.Running running =
        streams.start(new PaymentsTopology(), StreamsRun.Guarantee.EXACTLY_ONCE, 1)) {
      streams.awaitRead(running, Topics.PAYMENTS.name(), events);
      Latency latency =
          Latency.of(
              kafka.bootstrapServers(), registry.url(), PARTITIONS, PACED_PER_SECOND, PACED_TIME);
      out.accept(
          "payments, %,d/s, commits each 100 ms, produce to committed ledger entry: p50 %d ms, p99 %d ms (%,d entries)"
              .formatted(PACED_PER_SECOND, latency.p50Ms(), latency.p99Ms(), latency.measured()));
    }
  }

  private void memory(int rounds, List<Integer> remembered) throws Exception {
    FullMemory memory = new FullMemory(kafka, streams, PARTITIONS, out);
    for (FullMemory.Ids ids : FullMemory.Ids.values()) {
      for (int count : remembered) {
        List<Double> rates = memory.rates(ids, count, events, rounds);
        out.accept(
            String.format(
                Locale.ROOT,
                "dedupe only, 1 thread, %s, %,d IDs remembered: %,.0f/s  (all: %s)",
                ids,
                count,
                median(rates),
                rounded(rates)));
      }
    }
  }

  private void sendPayments() {
    try (Events sales = new Events(kafka.bootstrapServers(), registry.url(), 1)) {
      for (int i = 0; i < events; i++) {
        sales.send();
      }
      sales.flush();
    }
  }

  private void sendRaw() {
    SplittableRandom random = new SplittableRandom(3);
    byte[] value = new byte[VALUE_BYTES];
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "linger.ms", 5,
                "batch.size", 131_072),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < events; i++) {
        UUID id = new UUID((System.currentTimeMillis() << 16) | 0x7000L, 1L << 63 | i);
        ByteBuffer.wrap(value).putLong(random.nextLong());
        var unused =
            producer.send(
                new ProducerRecord<>(
                    RAW, id.toString().getBytes(StandardCharsets.ISO_8859_1), value.clone()));
      }
    }
  }

  @Override
  public void close() {
    registry.close();
    kafka.close();
  }
}
