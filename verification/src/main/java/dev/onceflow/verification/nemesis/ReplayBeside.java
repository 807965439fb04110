package dev.onceflow.verification.nemesis;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code onceflow replay reapply} carries the last ten seconds of a topic into the tables again,
 * beside the live flow, left alone or killed in the middle and given once more. Bitten: it had
 * passed records of its range. Recovered: it ended and found nothing missing.
 */
final class ReplayBeside implements FaultKind {
  private static final Duration REACHES_BACK = Duration.ofSeconds(10);
  private static final Duration PASSES_LIMIT = Duration.ofMinutes(2);
  private static final String RATE = "500";
  private static final int FAILED = 2;
  private static final AtomicInteger REPLAYS = new AtomicInteger();
  private static final String PASSED =
      "SELECT sum(next_offset) FROM onceflow.fence WHERE run <> '' HAVING count(*) > 0";

  /** What becomes of it. */
  private enum How {
    RUNNING("replay-running", 40),
    KILLED("replay-killed", 41);

    private final String kind;
    private final int number;

    How(String kind, int number) {
      this.kind = kind;
      this.number = number;
    }
  }

  private final How how;

  private ReplayBeside(How how) {
    this.how = how;
  }

  static FaultKind running() {
    return new ReplayBeside(How.RUNNING);
  }

  static FaultKind killed() {
    return new ReplayBeside(How.KILLED);
  }

  @Override
  public String name() {
    return how.kind;
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return how.number;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<PostgresServer> database = Victims.held(List.of(cluster.database()), random);
    Instant startedAt = Instant.now();
    Command command =
        new Command(cluster, cluster.folder("replay-" + REPLAYS.incrementAndGet()), Instant.now());
    try {
      command.begin();
      long passed = awaitPassed(command, flow);
      if (how == How.KILLED) {
        command.process.kill();
      }
      return blow(database, startedAt, command, passed);
    } catch (RuntimeException e) {
      command.end();
      database.release();
      throw e;
    }
  }

  /** How many offsets it had passed when it was seen at work. */
  private static long awaitPassed(Command command, Flow flow) {
    long[] first = {-1};
    long[] passed = {0};
    Waiting.until(
        PASSES_LIMIT,
        () -> {
          flow.number(PASSED)
              .ifPresent(
                  sum -> {
                    first[0] = first[0] < 0 ? sum : first[0];
                    passed[0] = sum - first[0];
                  });
          return passed[0] > 0 || !command.process.alive();
        });
    return passed[0];
  }

  private Struck blow(
      Member<PostgresServer> database, Instant startedAt, Command command, long passed) {
    return new Blow("replay", startedAt) {
      @Override
      public Bite bite() {
        String words =
            "%s after %,d offsets; its log is %s"
                .formatted(how == How.KILLED ? "killed" : "at work", passed, command.process.log());
        return passed > 0 ? Bite.seen(words) : Bite.none(words);
      }

      @Override
      void lift() {
        if (how == How.KILLED) {
          command.begin();
        }
      }

      @Override
      public boolean recovered() {
        Optional<Integer> code = command.process.exitCode();
        // What it says of this code: the same command goes on.
        if (code.filter(each -> each == FAILED).isPresent()) {
          command.begin();
          return false;
        }
        return code.filter(each -> each == 0).isPresent();
      }

      @Override
      public void close() {
        end();
        command.end();
        database.release();
      }
    };
  }

  /** The command, which may be given again in the same words. */
  private static final class Command {
    private final Cluster cluster;
    private final Path folder;
    private final Instant from;
    private ChildProcess process;

    Command(Cluster cluster, Path folder, Instant now) {
      this.cluster = cluster;
      this.folder = folder;
      this.from = now.minus(REACHES_BACK).truncatedTo(ChronoUnit.SECONDS);
    }

    void begin() {
      try {
        process =
            ChildProcess.start(
                new ChildJvm(
                        "replay",
                        "dev.onceflow.cli.Main",
                        words(),
                        List.of("-Xmx256m"),
                        ChildJvm.ownClassPath(),
                        folder)
                    .command());
      } catch (IOException e) {
        throw new NothingToStrike("%s can't be written: %s".formatted(folder, e));
      }
    }

    private List<String> words() {
      String worker =
          cluster.workers().stream()
              .filter(each -> !each.isHeld() && each.process().alive())
              .map(Member::server)
              .map(ConnectWorker::url)
              .findFirst()
              .orElseThrow(() -> new NothingToStrike("no worker of Connect is free"));
      return List.of(
          "replay",
          "reapply",
          "--connect-url",
          worker,
          "--connector",
          Cluster.SINK,
          "--database",
          cluster.jdbcUrl(),
          "--topic",
          Topics.LEDGER_ENTRIES.name(),
          "--from-time",
          from.toString(),
          "--rate",
          RATE,
          "--no-audit",
          "--reason",
          "chaos");
    }

    void end() {
      if (process != null) {
        process.stop();
      }
    }
  }
}
