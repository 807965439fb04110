package dev.onceflow.verification.cluster;

import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.LocalServer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process of the cluster under its name. Whoever wants to do something to it holds it first: what
 * is held is left alone by other faults and by the supervisor, which starts what has ended
 * otherwise. Safe for use by many threads.
 *
 * @param <S> what kind of server it is
 */
public final class Member<S extends LocalServer> {
  private final String name;
  private final S server;
  private final AtomicBoolean held = new AtomicBoolean();

  /** Whether its next end is a fault's doing, not its own. */
  private volatile boolean struck;

  Member(String name, S server) {
    this.name = name;
    this.server = server;
  }

  /** Such as {@code job-1}. */
  public String name() {
    return name;
  }

  /** The server itself. */
  public S server() {
    return server;
  }

  /** Its process, the last one where it has ended. */
  public ChildProcess process() {
    return server.process();
  }

  /**
   * Takes it for a fault.
   *
   * @return whether nobody else had it
   */
  public boolean hold() {
    return held.compareAndSet(false, true);
  }

  /** Gives it back; where its process has ended, the supervisor starts it again. */
  public void release() {
    held.set(false);
  }

  /** Whether a fault has it. */
  public boolean isHeld() {
    return held.get();
  }

  /** SIGKILL. */
  public void kill() {
    struck = true;
    process().kill();
  }

  /** Its next end is a fault's doing, which comes another way. */
  public void expectEnd() {
    struck = true;
  }

  /** SIGTERM, or what it takes for an orderly end; returns when it has ended. */
  public void stop() {
    struck = true;
    process().stop();
  }

  /** Whether it ended though no fault made it; asked once for each end. */
  boolean endedByItself() {
    boolean byItself = !struck;
    struck = false;
    return byItself;
  }

  @Override
  public String toString() {
    return name;
  }
}
