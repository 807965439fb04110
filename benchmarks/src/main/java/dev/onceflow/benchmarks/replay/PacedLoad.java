package dev.onceflow.benchmarks.replay;

import dev.onceflow.benchmarks.job.Events;
import java.util.concurrent.TimeUnit;

/** Sends so many events a second, each when it happens, until it is closed. */
final class PacedLoad implements AutoCloseable {
  private static final long PAUSE_MS = 2;

  private final Events events;
  private final int perSecond;
  private final Thread sender = new Thread(this::send, "paced-load");
  private volatile boolean closing;
  private volatile RuntimeException failure;

  PacedLoad(Events events, int perSecond) {
    this.events = events;
    this.perSecond = perSecond;
  }

  void begin() {
    sender.start();
  }

  private void send() {
    long fromNs = System.nanoTime();
    long sent = 0;
    try {
      while (!closing) {
        long due = (System.nanoTime() - fromNs) * perSecond / TimeUnit.SECONDS.toNanos(1);
        for (; sent < due; sent++) {
          events.send();
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
      events.flush();
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sends no more; what was sent is acknowledged then.
   *
   * @throws IllegalStateException if an event couldn't be sent
   */
  void end() {
    closing = true;
    try {
      sender.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    try (events) {
      end();
    }
  }
}
