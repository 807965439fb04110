package dev.onceflow.local.postgres;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.process.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A second PostgreSQL that streams from the first one (asynchronously, as replicas do by default)
 * until it is left behind, and is then promoted to be the first.
 */
public final class LaggingReplica {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final long LOOK_MS = 100;
  private static final Set<String> NOT_COPIED =
      Set.of("postmaster.pid", "postmaster.opts", "pg_wal", "pg_replslot", "pg_stat_tmp");

  private final PostgresServer server;

  private LaggingReplica(PostgresServer server) {
    this.server = server;
  }

  /**
   * A copy of a running server (PostgreSQL documentation, "Making a Base Backup Using the Low Level
   * API").
   *
   * @param folder where it keeps its data
   */
  public static LaggingReplica of(PostgresServer first, Path folder)
      throws IOException, SQLException {
    Path data = folder.resolve("data");
    try (Connection connection = DriverManager.getConnection(first.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('replica', true)");
      copy(Path.of(text(statement, "SHOW data_directory")), data);
      Files.writeString(
          data.resolve("backup_label"),
          text(statement, "SELECT labelfile FROM pg_backup_stop(false)"));
    }
    for (String emptied : Set.of("pg_wal", "pg_replslot", "pg_stat_tmp")) {
      Files.createDirectory(data.resolve(emptied));
    }
    Files.createFile(data.resolve("standby.signal"));
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=%s'%n"
            .formatted(first.port(), PostgresServer.NAME),
        StandardCharsets.UTF_8,
        StandardOpenOption.APPEND);
    return new LaggingReplica(PostgresServer.start(folder, FreePort.ANY));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            if (each.getParent().equals(from) && isSkipped(each)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Path copy = to.resolve(from.relativize(each));
            Files.createDirectories(copy.getParent());
            Files.copy(each, copy, StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            if (!isSkipped(each)) {
              try {
                Files.copy(
                    each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
              } catch (NoSuchFileException e) {
                // The server goes on, and what it drops meanwhile it says in the WAL.
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path each, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
  }

  private static boolean isSkipped(Path file) {
    return NOT_COPIED.contains(file.getFileName().toString());
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Waits until it has all that the first server has now, and lets it get no more. */
  public void catchUpAndFallBehind(PostgresServer first) throws SQLException {
    String position;
    try (Connection connection = DriverManager.getConnection(first.jdbcUrl());
        Statement statement = connection.createStatement()) {
      position = text(statement, "SELECT pg_current_wal_flush_lsn()");
    }
    await("SELECT pg_last_wal_replay_lsn() >= '%s'".formatted(position));
    execute("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()");
    await("SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)");
  }

  /** Makes it a server that writes. */
  public PostgresServer promoted() {
    execute("SELECT pg_promote()");
    await("SELECT NOT pg_is_in_recovery()");
    return server;
  }

  private void await(String condition) {
    long deadlineNs = System.nanoTime() + SOON.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() > deadlineNs) {
        throw new UserException(
            "The replica did not come to this within %d s: %s"
                .formatted(SOON.toSeconds(), condition));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for a replica", e);
      }
    }
  }

  private boolean holds(String condition) {
    try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
        Statement statement = connection.createStatement()) {
      return text(statement, condition).equals("t");
    } catch (SQLException e) {
      throw new IllegalStateException(condition, e);
    }
  }

  private void execute(String... statements) {
    try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
