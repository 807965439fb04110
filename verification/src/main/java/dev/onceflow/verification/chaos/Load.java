package dev.onceflow.verification.chaos;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.verification.workload.PacedWriter;
import dev.onceflow.verification.workload.Rates;
import dev.onceflow.verification.workload.Workload;
import dev.onceflow.verification.workload.WorkloadOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The load beside a run: the workload of the plan's seed, at the rates that follow from it. What is
 * acknowledged or not is no matter, since the judgement reads the topic.
 */
final class Load implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofMinutes(3);

  private final Workload workload;
  private final PacedWriter writer;
  private final Rates rates;
  private final Thread thread = new Thread(this::changeRates, "load-rates");

  /** Starts it. */
  Load(Map<String, Object> clientConfig, Plan plan) {
    Map<String, Object> config = new HashMap<>(clientConfig);
    // It must be back as soon as the brokers are: what is measured is their recovery.
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
    workload = new Workload(plan.loadSeed(), options(plan));
    rates = new Rates(plan.loadSeed(), plan.perSecond());
    writer = new PacedWriter(config, workload, 0, Long.MAX_VALUE, rates.stretch(0).perSecond());
    thread.setDaemon(true);
    thread.start();
  }

  private static WorkloadOptions options(Plan plan) {
    return plan.rules().isForever()
        ? WorkloadOptions.DEFAULTS
        : WorkloadOptions.DEFAULTS.aroundTheHorizon(plan.rules().horizonMs(), plan.perSecond());
  }

  private void changeRates() {
    try {
      for (long index = 0; true; index++) {
        Rates.Stretch stretch = rates.stretch(index);
        writer.rate(stretch.perSecond());
        TimeUnit.MILLISECONDS.sleep(stretch.length().toMillis());
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many records brokers have acknowledged. */
  long sent() {
    return writer.acknowledged();
  }

  /** How often its producer failed for good, and another one went on. */
  long failures() {
    return writer.failures();
  }

  /** Throws what ended it, if that was not its end. */
  void check() {
    writer.check();
  }

  /**
   * Ends it; returns when all that it sent is acknowledged, or nobody answers any more.
   *
   * @return how many records are not acknowledged
   */
  int end() throws InterruptedException {
    thread.interrupt();
    int unacknowledged = writer.end(END_LIMIT);
    writer.check();
    return unacknowledged;
  }

  /**
   * Some of the events that it has planned so far, by chance: most of them were sent, and some
   * never took effect.
   */
  List<PaymentEvent> some(int events, long seed) {
    Random random = new Random(seed);
    long positions = Math.max(1, writer.position());
    return random.longs(events, 0, positions).mapToObj(each -> workload.at(each).event()).toList();
  }

  @Override
  public void close() {
    thread.interrupt();
    writer.close();
  }
}
