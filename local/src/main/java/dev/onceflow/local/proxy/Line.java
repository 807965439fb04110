package dev.onceflow.local.proxy;

/**
 * One line between clients and a server on this machine, which can be made worse while they talk.
 *
 * <p>It is open at first. {@link #goDown}, {@link #blackHole} and {@link #halfOpen} replace each
 * other; {@link #delay} and {@link #throttle} hold beside them; {@link #restore} ends them all.
 * Whether a fault bit is told by {@link #counts}: a fault on a line that nobody uses changes
 * nothing there.
 *
 * <p>Safe for use by many threads. It ends when it is closed, or with the JVM.
 */
public interface Line extends AutoCloseable {
  /** Where clients connect to. */
  int port();

  /** Cuts all connections; new ones are let in. */
  void cut();

  /** Cuts all connections and lets nobody in until {@link #restore}. */
  void goDown();

  /**
   * Swallows what either side sends, the end of a connection too, on old and new connections, and
   * cuts nothing: what a firewall that forgot its connections does, or a machine that lost its
   * power.
   */
  void blackHole();

  /** Swallows what goes one way, and passes on what goes the other way. */
  void halfOpen(Direction swallowed);

  /**
   * Makes everything wait, both ways.
   *
   * @param ms how long a message waits; what comes behind it meanwhile goes on with it
   */
  void delay(long ms);

  /**
   * Lets so many bytes through, each way, on all connections together.
   *
   * @param bytesPerSecond at least 1
   */
  void throttle(long bytesPerSecond);

  /** Ends what was ordered; connections that lost something are cut, the others go on. */
  void restore();

  /** What went through since it was started, and what faults did to it. */
  LineCount counts();

  /** Cuts all connections and lets nobody in any more. */
  @Override
  void close();
}
