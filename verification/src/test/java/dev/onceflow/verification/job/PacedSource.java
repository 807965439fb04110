package dev.onceflow.verification.job;

import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.PaymentSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Another source at so many records a second, until it is told to end or has no more. */
final class PacedSource implements PaymentSource {
  private final PaymentSource source;
  private final long intervalNs;
  private long dueNs = System.nanoTime();
  private volatile boolean ended;

  PacedSource(PaymentSource source, int perSecond) {
    this.source = source;
    this.intervalNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  /** From any thread; what was given before is still delivered. */
  void end() {
    ended = true;
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
    return source.next();
  }

  @Override
  public void close() {
    source.close();
  }
}
