package dev.onceflow.benchmarks.replay;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.Delivery;
import dev.onceflow.cli.load.KafkaDelivery;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.PaymentSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends a source's payments: some at once, the others at a pace until it is closed or they are at
 * an end. What can't be a payment is left out.
 */
final class Feed implements AutoCloseable {
  private static final long PAUSE_MS = 5;

  private final PaymentSource source;
  private final Delivery delivery;
  private final AtomicLong sent = new AtomicLong();
  private final Thread paced = new Thread(this::pace, "feed");
  private long perSecond;
  private volatile boolean closing;
  private volatile boolean atEnd;
  private volatile RuntimeException failure;

  Feed(PaymentSource source, Map<String, Object> clients) {
    this.source = source;
    this.delivery = KafkaDelivery.open(clients);
  }

  /** Sends so many at once, or as many as there are. */
  void send(long count) {
    for (long i = 0; i < count && sendOne(); i++) {
      // Nothing but sending.
    }
    delivery.finish();
  }

  /** Sends on at a pace, by a thread of its own. */
  void begin(long eventsPerSecond) {
    perSecond = eventsPerSecond;
    paced.start();
  }

  private void pace() {
    long fromNs = System.nanoTime();
    long done = 0;
    try {
      while (!closing && !atEnd) {
        long due = (System.nanoTime() - fromNs) * perSecond / TimeUnit.SECONDS.toNanos(1);
        for (; done < due && sendOne(); done++) {
          // Up to what is due.
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
      delivery.finish();
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean sendOne() {
    while (source.hasNext()) {
      Item item = source.next();
      if (item instanceof Item.Payment payment) {
        delivery.send(source.origin(), payment);
      } else if (item instanceof Item.Damaged damaged) {
        delivery.send(source.origin(), damaged);
      } else {
        continue;
      }
      sent.incrementAndGet();
      return true;
    }
    atEnd = true;
    return false;
  }

  /** How many were sent so far. */
  long sent() {
    return sent.get();
  }

  /** Whether more is sent. */
  boolean flows() {
    return paced.isAlive() && !atEnd;
  }

  /**
   * Sends no more; what was sent is acknowledged then.
   *
   * @throws UserException if something couldn't be sent
   */
  void end() throws InterruptedException {
    closing = true;
    paced.join();
    if (failure != null) {
      throw new UserException("The events couldn't be sent: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void close() {
    closing = true;
    try {
      paced.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delivery.close();
    source.close();
  }
}
