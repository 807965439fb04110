package dev.onceflow.verification.job;

import dev.onceflow.cli.load.KafkaDelivery;
import dev.onceflow.cli.load.LoadResult;
import dev.onceflow.cli.load.PaymentLoader;
import dev.onceflow.cli.load.sample.SampleEvents;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A load of sample events, copies and bad records included, that runs beside the test at a steady
 * pace, so that every pause of the job shows in its outputs.
 */
final class PacedLoad {
  private final PacedSource source;
  private final CompletableFuture<LoadResult> result;

  /**
   * Starts it.
   *
   * @param eventsMax where it ends by itself; far copies come within so many
   */
  PacedLoad(Map<String, ?> clientConfig, Path rejects, long eventsMax, long seed, int perSecond) {
    source = new PacedSource(new SampleEvents(eventsMax, seed), perSecond);
    result =
        CompletableFuture.supplyAsync(
            () -> {
              try (source;
                  KafkaDelivery delivery = KafkaDelivery.open(clientConfig)) {
                return new PaymentLoader(delivery).load(source, rejects, progress -> {});
              }
            },
            action -> new Thread(action, "paced-load").start());
  }

  /** Whether it still sends; throws what ended it. */
  boolean runs() {
    if (result.isDone()) {
      result.join();
    }
    return !result.isDone();
  }

  /** Returns when all of its events are sent and acknowledged. */
  void awaitAll() {
    result.join();
  }

  /** Ends it; returns when all that it sent is acknowledged. */
  void end() {
    source.end();
    result.join();
  }
}
