package dev.onceflow.local.postgres;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.Distribution;
import dev.onceflow.local.process.ChildCommand;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.process.LocalServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * PostgreSQL on this machine, as a child process that listens on loopback only and asks for no
 * password. What is committed survives SIGKILL and a power cut (fsync and synchronous_commit are
 * on).
 *
 * <p>Runs for ordinary users and for root; see {@link Unprivileged}.
 */
public final class PostgresServer implements LocalServer {
  /**
   * The user, a superuser of this server, and the database. Not the name of the sink's schema: a
   * role finds the schema of its own name first, and would make its tables there.
   */
  public static final String NAME = "payments";

  private static final String HOST = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /**
   * Ends the server when its parent is gone. The watcher is made an orphan at once: the server is
   * about to take this shell's place, and would mistake a child that it doesn't know for a crash.
   */
  private static final String LEASH =
      "exec 3<&0 </dev/null; ( ( while read -r nothing <&3; do :; done; kill -s INT $$ 2>/dev/null ) & );"
          + " exec \"$@\" 3<&-";

  private static final List<String> SETTINGS =
      List.of(
          "listen_addresses=" + HOST,
          "unix_socket_directories=",
          "shared_buffers=192MB",
          "max_connections=60",
          "max_wal_size=2GB",
          "min_wal_size=256MB",
          "fsync=on",
          "synchronous_commit=on",
          "max_worker_processes=4",
          "max_parallel_workers=2",
          "jit=off",
          "timezone=UTC",
          "log_timezone=UTC",
          "log_min_messages=warning",
          "logging_collector=off");

  private final Path folder;
  private final int port;
  private volatile Map<String, String> changes = Map.of();
  private volatile ChildProcess process;

  private PostgresServer(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts a server, making its database on first use; returns when it serves.
   *
   * @param folder where its data and log are
   * @param port its port, or {@link FreePort#ANY}
   * @throws UserException if it doesn't start
   */
  public static PostgresServer start(Path folder, int port) {
    PostgresServer server = new PostgresServer(folder.toAbsolutePath(), FreePort.orGiven(port));
    server.restart();
    return server;
  }

  /** Settings in place of, or beside, its own from its next start on; none takes them back. */
  public void change(Map<String, String> settings) {
    changes = Map.copyOf(settings);
  }

  @Override
  public synchronized void restart() {
    if (process != null && process.alive()) {
      throw new IllegalStateException("PostgreSQL runs as process " + process.pid());
    }
    PostgresBinaries binaries = PostgresBinaries.unpacked(Distribution.located().postgres());
    Path data = data();
    List<String> unprivileged = unprivileged();
    initialize(binaries, data, unprivileged);
    List<String> command = new ArrayList<>(unprivileged);
    command.addAll(List.of("sh", "-c", LEASH, "postgres"));
    command.addAll(
        List.of(
            binaries.program("postgres").toString(),
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port)));
    SETTINGS.forEach(setting -> command.addAll(List.of("-c", setting)));
    // The later one of two holds.
    changes.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    // SIGINT is the fast shutdown: it doesn't wait for clients to leave, as SIGTERM would.
    process = ChildProcess.start(new ChildCommand("postgres", command, Map.of(), folder, "INT"));
    process.awaitReady(this::serves, START_LIMIT);
  }

  private List<String> unprivileged() {
    try {
      Files.createDirectories(folder);
      return Unprivileged.prefix(folder);
    } catch (IOException e) {
      throw new UserException("PostgreSQL's folder %s can't be used: %s".formatted(folder, e), e);
    }
  }

  // Made under another name and then renamed, so that a crash leaves no half of it.
  private void initialize(PostgresBinaries binaries, Path data, List<String> unprivileged) {
    if (Files.exists(data)) {
      return;
    }
    Path half = folder.resolve("data.initdb");
    try {
      delete(half);
      List<String> command = new ArrayList<>(unprivileged);
      command.addAll(
          List.of(
              binaries.program("initdb").toString(),
              "--pgdata=" + half,
              "--username=" + NAME,
              "--auth=trust",
              "--encoding=UTF8",
              "--no-locale",
              "--no-instructions"));
      Path log = folder.resolve("initdb.log");
      Process initdb =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (initdb.waitFor() != 0) {
        throw new UserException(
            "PostgreSQL's data folder can't be made, initdb ended with exit code %d:%n%s"
                .formatted(initdb.exitValue(), Files.readString(log, StandardCharsets.UTF_8)));
      }
      Files.move(half, data, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UserException("PostgreSQL's folder %s can't be used: %s".formatted(folder, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for initdb", e);
    }
  }

  private boolean serves() throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres"));
        Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery("SELECT FROM pg_database WHERE datname = '%s'".formatted(NAME))) {
        if (found.next()) {
          return true;
        }
      }
      statement.execute("CREATE DATABASE " + NAME);
      return true;
    }
  }

  /**
   * Copies all that it holds; it must be stopped.
   *
   * @param copy a folder that isn't there yet
   */
  public synchronized void backUp(Path copy) {
    Path data = stoppedData();
    try {
      Files.walkFileTree(data, new CopyingVisitor(data, copy.toAbsolutePath()));
    } catch (IOException e) {
      throw new UserException("PostgreSQL's data can't be copied to %s: %s".formatted(copy, e), e);
    }
  }

  /**
   * Goes back to a copy, which is used up; it must be stopped, and be started again.
   *
   * @param copy made by {@link #backUp}, on the same file system
   */
  public synchronized void restore(Path copy) {
    Path data = stoppedData();
    try {
      delete(data);
      Files.move(copy, data);
    } catch (IOException e) {
      throw new UserException("PostgreSQL can't go back to %s: %s".formatted(copy, e), e);
    }
  }

  private Path stoppedData() {
    if (process.alive()) {
      throw new IllegalStateException("PostgreSQL runs as process " + process.pid());
    }
    return data();
  }

  /** Copies files with their owners and permissions, which PostgreSQL insists on. */
  private static final class CopyingVisitor extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    CopyingVisitor(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
        throws IOException {
      return visitFile(each, attributes);
    }

    @Override
    public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
      Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
      return FileVisitResult.CONTINUE;
    }
  }

  /** For JDBC; names the user too. */
  public String jdbcUrl() {
    return jdbcUrl(NAME);
  }

  /** Where its data is. */
  public Path data() {
    return folder.resolve("data");
  }

  /** Its port on loopback. */
  public int port() {
    return port;
  }

  /** For psql and libpq. */
  public String uri() {
    return "postgresql://%s@%s:%d/%s".formatted(NAME, HOST, port, NAME);
  }

  @Override
  public ChildProcess process() {
    return process;
  }

  private String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s?user=%s".formatted(HOST, port, database, NAME);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
