package dev.onceflow.streams.observe;

import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Report;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The job's metrics in Prometheus' text format: Kafka's own, and those that Onceflow adds. Counts
 * of records are of what was processed; a transaction that is aborted has them counted again. The
 * exact counts are committed with the effects, in the verdicts' changelog.
 */
public final class JobMetrics implements AutoCloseable {
  /** The group of the sensors that {@code CountVerdicts} makes. */
  static final String OUTCOMES_GROUP = "stream-outcomes-metrics";

  /** The group of the sensors that {@code Dedupe} makes. */
  static final String VERDICTS_GROUP = "stream-dedupe-metrics";

  private static final List<String> OUTCOMES =
      List.of("applied", "rejected", "duplicate", "quarantined", "dlq");
  private static final List<String> VERDICTS =
      List.of("new", "duplicate", "altered", "unprovable", "future");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final KafkaStreamsMetrics kafka;

  /**
   * @param application the job's {@code application.id}, a tag of every metric
   * @param streams the running job
   * @param clients the clients that it was made with
   * @param restore its restore listener
   * @param health tells how much waits
   * @param preflight what was found before the start
   */
  public JobMetrics(
      String application,
      KafkaStreams streams,
      CountingClients clients,
      RestoreProgress restore,
      Health health,
      Report preflight) {
    registry.config().commonTags("application", application);
    kafka = new KafkaStreamsMetrics(streams);
    kafka.bindTo(registry);
    KafkaNumbers numbers = new KafkaNumbers(streams::metrics);
    for (String outcome : OUTCOMES) {
      counter(
          "onceflow.records",
          "Records by what became of them.",
          Tags.of("outcome", outcome),
          numbers,
          all -> all.total(OUTCOMES_GROUP, outcome + "-total"));
    }
    for (String verdict : VERDICTS) {
      counter(
          "onceflow.dedupe.verdicts",
          "What dedupe said of events.",
          Tags.of("verdict", verdict),
          numbers,
          all -> all.total(VERDICTS_GROUP, verdict + "-total"));
    }
    counter(
        "onceflow.transactions",
        "Kafka transactions by how they ended.",
        Tags.of("end", "committed"),
        clients,
        CountingClients::committed);
    counter(
        "onceflow.transactions",
        "Kafka transactions by how they ended.",
        Tags.of("end", "aborted"),
        clients,
        CountingClients::aborted);
    gauge(
        "onceflow.lag.records",
        "Records up to the last stable offset of the assigned partitions.",
        health,
        Health::waiting);
    gauge(
        "onceflow.ready",
        "1 where the job is assigned, restored and makes progress.",
        health,
        all -> all.ready().yes() ? 1 : 0);
    gauge(
        "onceflow.store.keys",
        "Estimated keys in all local stores, dedupe memory among them.",
        numbers,
        all -> all.sum("stream-state-metrics", "estimate-num-keys"));
    counter(
        "onceflow.restore.records",
        "Records restored from changelogs.",
        Tags.empty(),
        restore,
        RestoreProgress::restored);
    gauge(
        "onceflow.restore.left.records",
        "Records still to be restored.",
        restore,
        RestoreProgress::left);
    gauge(
        "onceflow.restore.eta.seconds",
        "When the restore will be done; NaN where nothing tells.",
        restore,
        all -> all.eta().map(Duration::toMillis).map(ms -> ms / 1_000.0).orElse(Double.NaN));
    for (Finding finding : preflight.acceptedViolations()) {
      Gauge.builder("onceflow.preflight.accepted", () -> 1)
          .description("Preflight rules that are violated and accepted.")
          .tag("rule", finding.rule())
          .register(registry);
    }
    for (Finding finding : preflight.notVisible()) {
      Gauge.builder("onceflow.preflight.not.visible", () -> 1)
          .description("Preflight rules that could not be checked.")
          .tag("rule", finding.rule())
          .register(registry);
    }
  }

  private <T> void counter(
      String name, String description, Tags tags, T of, ToDoubleFunction<T> count) {
    FunctionCounter.builder(name, of, count).description(description).tags(tags).register(registry);
  }

  private <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    // Strongly held: nobody else keeps what is measured.
    Gauge.builder(name, of, value)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  /** Where a job may register metrics of its own. */
  public MeterRegistry registry() {
    return registry;
  }

  /** All metrics in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    kafka.close();
    registry.close();
  }
}
