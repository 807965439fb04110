package dev.onceflow.verification.nemesis;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/** What is the same in all faults that have struck. */
abstract class Blow implements Struck {
  private final String victim;
  private final Instant startedAt;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Struck now. */
  Blow(String victim) {
    this(victim, Instant.now());
  }

  Blow(String victim, Instant startedAt) {
    this.victim = victim;
    this.startedAt = startedAt;
  }

  @Override
  public final String victim() {
    return victim;
  }

  @Override
  public final Instant startedAt() {
    return startedAt;
  }

  @Override
  public boolean recovered() {
    return true;
  }

  @Override
  public final void end() {
    if (ended.compareAndSet(false, true)) {
      lift();
    }
  }

  /** Lets what was held down come back; called once. */
  abstract void lift();
}
