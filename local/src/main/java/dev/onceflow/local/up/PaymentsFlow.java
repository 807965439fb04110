package dev.onceflow.local.up;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.PaymentsAudit;
import dev.onceflow.cli.load.KafkaDelivery;
import dev.onceflow.cli.load.PaymentLoader;
import dev.onceflow.cli.load.sample.SampleEvents;
import dev.onceflow.topology.PaymentsTopology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What goes through a payments pipeline, wherever its servers run: sends it, follows it by what is
 * committed, and audits topics against tables. Holds no connection between calls.
 */
public final class PaymentsFlow {
  private static final long DRAIN_POLL_MS = 500;

  private final Map<String, Object> clientConfig;
  private final String jdbcUrl;

  /**
   * @param clientConfig {@code bootstrap.servers}, {@code schema.registry.url} and whatever else
   *     clients and serdes need
   * @param jdbcUrl the target database, with user and password
   */
  public PaymentsFlow(Map<String, ?> clientConfig, String jdbcUrl) {
    this.clientConfig = Map.copyOf(clientConfig);
    this.jdbcUrl = jdbcUrl;
  }

  /**
   * Sends a generated sample to {@code payments}; returns when all of it is acknowledged.
   *
   * @param rejects where lines go that can't be sent
   */
  public void loadSample(long events, long seed, Path rejects) {
    try (SampleEvents source = new SampleEvents(events, seed);
        KafkaDelivery delivery = KafkaDelivery.open(clientConfig)) {
      new PaymentLoader(delivery).load(source, rejects, progress -> {});
    }
  }

  /**
   * Waits until the job has read and committed all that its inputs hold.
   *
   * @param checkAlive ends the wait by an exception where nothing can come any more
   * @throws UserException if that takes longer than {@code limit}
   */
  public void awaitJobDrained(Duration limit, Runnable checkAlive) throws InterruptedException {
    await(limit, checkAlive, "The job has", PipelineWatch::isJobDrained);
  }

  /**
   * Waits until every committed record has gone the whole way into the tables.
   *
   * @param checkAlive ends the wait by an exception where nothing can come any more
   * @throws UserException if that takes longer than {@code limit}
   */
  public void awaitDrained(Duration limit, Runnable checkAlive) throws InterruptedException {
    await(limit, checkAlive, "The job and the sink have", PipelineWatch::isDrained);
  }

  private interface Condition {
    boolean holds(PipelineWatch watch) throws InterruptedException;
  }

  private void await(Duration limit, Runnable checkAlive, String who, Condition condition)
      throws InterruptedException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    try (PipelineWatch watch = watch()) {
      while (!condition.holds(watch)) {
        checkAlive.run();
        if (System.nanoTime() > deadlineNs) {
          throw new UserException(
              "%s not come to the end of the input within %d s: %s"
                  .formatted(who, limit.toSeconds(), watch.progress()));
        }
        TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MS);
      }
    }
  }

  /** Whether topics and tables agree, by event ID and content, and the books balance. */
  public boolean topicsAndTablesAgree() {
    return audit().run().agrees();
  }

  /** An audit of all that topics and tables hold. */
  PaymentsAudit audit() {
    return new PaymentsAudit(clientConfig, jdbcUrl, PaymentsPipeline.SINK, verdictsTopic());
  }

  PipelineWatch watch() {
    return new PipelineWatch(
        clientConfig, PaymentsPipeline.APPLICATION_ID, verdictsTopic(), jdbcUrl);
  }

  private static String verdictsTopic() {
    return PaymentsTopology.verdictsTopic(PaymentsPipeline.APPLICATION_ID);
  }
}
