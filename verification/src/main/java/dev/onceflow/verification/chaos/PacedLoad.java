package dev.onceflow.verification.chaos;

import dev.onceflow.cli.load.KafkaDelivery;
import dev.onceflow.cli.load.PaymentLoader;
import dev.onceflow.cli.load.sample.SampleEvents;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.PaymentSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Payments at a steady pace beside the run, with copies near and far, altered copies and poison.
 * Its producer waits out every outage: what is acknowledged or not is no matter, since the
 * judgement reads the topic.
 */
final class PacedLoad {
  /** Longer than any outage of a run. */
  private static final int PATIENCE_MS = (int) TimeUnit.MINUTES.toMillis(30);

  private final Paced source;
  private final CompletableFuture<Void> result;
  private final AtomicLong sent = new AtomicLong();

  /**
   * Starts it.
   *
   * @param eventsMax where it ends by itself; far copies come within so many
   */
  PacedLoad(
      Map<String, Object> clientConfig, Path rejects, long eventsMax, long seed, int perSecond) {
    Map<String, Object> config = new HashMap<>(clientConfig);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MS);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
    source = new Paced(new SampleEvents(eventsMax, seed), perSecond);
    result =
        CompletableFuture.runAsync(
            () -> {
              try (source;
                  KafkaDelivery delivery = KafkaDelivery.open(config)) {
                new PaymentLoader(delivery).load(source, rejects, progress -> {});
              }
            },
            action -> new Thread(action, "load").start());
  }

  /** How many records it has handed to its producer. */
  long sent() {
    return sent.get();
  }

  /** Throws what ended it, if that was not its end. */
  void check() {
    if (result.isDone()) {
      result.join();
    }
  }

  /** Ends it; returns when all that it sent is acknowledged. */
  void end() {
    source.ended = true;
    result.join();
  }

  private final class Paced implements PaymentSource {
    private final PaymentSource source;
    private final long intervalNs;
    private long dueNs = System.nanoTime();
    private volatile boolean ended;

    private Paced(PaymentSource source, int perSecond) {
      this.source = source;
      this.intervalNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    @Override
    public String origin() {
      return source.origin();
    }

    @Override
    public boolean hasNext() {
      return !ended && source.hasNext();
    }

    @Override
    public Item next() {
      long waitNs = dueNs - System.nanoTime();
      if (waitNs > 0) {
        LockSupport.parkNanos(waitNs);
      }
      dueNs += intervalNs;
      sent.incrementAndGet();
      return source.next();
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
