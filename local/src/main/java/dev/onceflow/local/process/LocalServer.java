package dev.onceflow.local.process;

/**
 * A server of this machine: a child process on a folder. After its process was stopped or killed it
 * starts again on the same folder and the same ports, and goes on from what it had made durable.
 */
public interface LocalServer extends AutoCloseable {
  /** The process that serves now, or is starting: it may be killed while it does. */
  ChildProcess process();

  /**
   * Starts it again; returns when it serves.
   *
   * @throws IllegalStateException if it still runs
   */
  void restart();

  /** Stops it in order. */
  @Override
  default void close() {
    process().stop();
  }
}
