package dev.onceflow.sink.batch;

import dev.onceflow.sink.failure.Failure;
import dev.onceflow.sink.postgres.Blockers;
import dev.onceflow.sink.postgres.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a task that talks to the database, and its session. Work is done in the order
 * in which it was given. Whoever waits for it for longer than takeover.timeout.ms looks, over a
 * second connection, whether a stopped task of this sink blocks it, and ends that one's connection.
 */
final class DatabaseThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseThread.class);
  private static final long STOP_TIMEOUT_MS = 5_000;

  /** No server process has it. */
  private static final int NO_PID = 0;

  /** Something to do with the database, beginning outside any transaction. */
  @FunctionalInterface
  interface Work<T> {
    T on(Session session) throws SQLException;
  }

  /** Opens a session. */
  @FunctionalInterface
  interface Opener {
    Session open() throws SQLException;
  }

  private final Database database;
  private final Opener opener;
  private final long takeoverTimeoutMs;
  private final ExecutorService executor;
  private Session session;
  private volatile int pid = NO_PID;

  DatabaseThread(String name, Database database, Opener opener, long takeoverTimeoutMs) {
    this.database = database;
    this.opener = opener;
    this.takeoverTimeoutMs = takeoverTimeoutMs;
    this.executor =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "onceflow-sink-" + name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins the work; {@link #await} gives its result. */
  <T> Future<T> submit(Work<T> work) {
    return executor.submit(() -> run(work));
  }

  private <T> T run(Work<T> work) throws SQLException {
    try {
      if (session == null) {
        session = opener.open();
        pid = session.pid();
      }
      return work.on(session);
    } catch (SQLException e) {
      if (Failure.of(e) != Failure.ISOLATE || !rolledBack(e)) {
        discardSession();
      }
      throw e;
    } catch (RuntimeException e) {
      discardSession();
      throw e;
    }
  }

  private boolean rolledBack(SQLException failure) {
    try {
      session.connection().rollback();
      return true;
    } catch (SQLException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private void discardSession() {
    pid = NO_PID;
    if (session != null) {
      session.close();
      session = null;
    }
  }

  /** Waits for work, as long as it takes: the connection's own limits end it. */
  <T> T await(Future<T> work) throws SQLException {
    while (true) {
      try {
        return work.get(takeoverTimeoutMs, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        terminateBlockers();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof SQLException failure) {
          throw failure;
        }
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ConnectException("interrupted while waiting for the database", e);
      }
    }
  }

  private void terminateBlockers() {
    int blocked = pid;
    if (blocked == NO_PID) {
      return;
    }
    try (Connection second = database.connect()) {
      int terminated = Blockers.terminate(second, blocked, takeoverTimeoutMs / 2);
      second.commit();
      if (terminated > 0) {
        LOG.warn(
            "waited for {} ms for locks that {} stopped connections of this sink held; terminated them",
            takeoverTimeoutMs,
            terminated);
      }
    } catch (SQLException e) {
      LOG.debug("could not look for who blocks this sink", e);
    }
  }

  /** Lets begun work end, within limits, and closes the session. */
  @Override
  public void close() {
    executor.execute(this::discardSession);
    executor.shutdown();
    try {
      if (!executor.awaitTermination(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
