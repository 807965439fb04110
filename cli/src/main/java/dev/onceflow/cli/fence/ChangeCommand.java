package dev.onceflow.cli.fence;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that changes fences: all of them, and the notes of it, in one database transaction, or
 * none.
 */
abstract class ChangeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database;

  @Option(
      names = "--sink",
      required = true,
      paramLabel = "NAME",
      description = "Which sink: its sink.name, or the connector's name.")
  private String sink;

  @Option(
      names = "--run",
      defaultValue = "",
      paramLabel = "RUN",
      description = "Which replay. Default: live work.")
  private String run;

  @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "Which topic.")
  private String topic;

  @ArgGroup(multiplicity = "1")
  private Which which;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those who read onceflow.fence_changes later.")
  private String reason;

  @Option(names = "--dry-run", description = "Says what would change, and changes nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  private static final class Which {
    @Option(
        names = "--partition",
        required = true,
        paramLabel = "P",
        description = "Which partition; may be given several times.")
    private List<Integer> partitions;

    @Option(
        names = "--all-partitions",
        required = true,
        description = "All partitions of the topic that have a fence.")
    private boolean all;
  }

  /** How Kafka is reached; empty where it isn't asked. */
  Optional<KafkaLogs> kafka() {
    return Optional.empty();
  }

  /**
   * What is to become of a fence.
   *
   * @param log empty where Kafka isn't asked, or has no such partition
   * @throws UserException if it must not be changed so; then nothing is
   */
  abstract Change change(FenceKey key, Optional<FenceRow> row, Optional<LogBounds> log);

  /** For changes of fences that are there. */
  static void requireFence(FenceKey key, Optional<FenceRow> row) {
    if (row.isEmpty()) {
      throw new UserException(
          "There is no fence for %s: 'onceflow fence list' shows those that there are."
              .formatted(key));
    }
  }

  @Override
  public Integer call() {
    if (reason.isBlank()) {
      throw new UserException("--reason is empty: say why, for those who look into it later.");
    }
    Operator operator = Operator.here(spec.name(), reason);
    List<ChangeReport.Changed> changes = new ArrayList<>();
    try (FenceTable table = FenceTable.open(database.connect(FenceTable.APPLICATION))) {
      List<FenceKey> keys = keys(table);
      // Before the rows are locked: Kafka may take its time.
      Map<TopicPartition, LogBounds> logs = logs(keys);
      ChangeLog notes = ChangeLog.open(table.connection());
      for (FenceKey key : keys) {
        Optional<LogBounds> log = Optional.ofNullable(logs.get(key.inKafka()));
        ChangeReport.Changed changed = change(table, key, log, operator);
        notes.add(operator, key, changed.before(), changed.after());
        changes.add(changed);
      }
      if (!dryRun) {
        table.commit();
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    ChangeReport report = new ChangeReport(changes, dryRun);
    out.print(json ? report.json().toPrettyString() + "\n" : report.text());
    out.flush();
    return ExitCode.OK;
  }

  private List<FenceKey> keys(FenceTable table) {
    List<FenceKey> keys =
        which.all
            ? table.rows(Optional.of(sink), Optional.of(run), Optional.of(topic)).stream()
                .map(FenceRow::key)
                .toList()
            : which.partitions.stream().map(p -> new FenceKey(sink, run, topic, p)).toList();
    if (keys.isEmpty()) {
      throw new UserException(
          "Sink %s has no fence for topic %s: name partitions with --partition."
              .formatted(sink, topic));
    }
    return keys.stream().distinct().sorted(FenceKey.LOCK_ORDER).toList();
  }

  private Map<TopicPartition, LogBounds> logs(List<FenceKey> keys) {
    Optional<KafkaLogs> opened = kafka();
    if (opened.isEmpty()) {
      return Map.of();
    }
    try (KafkaLogs logs = opened.get()) {
      Map<TopicPartition, LogBounds> found =
          logs.describe(keys.stream().map(FenceKey::inKafka).toList());
      for (FenceKey key : keys) {
        if (!found.containsKey(key.inKafka())) {
          throw new UserException(
              "Kafka has no partition %s; the fence of one that is gone is taken away with 'onceflow fence delete'."
                  .formatted(key.inKafka()));
        }
      }
      return found;
    }
  }

  private ChangeReport.Changed change(
      FenceTable table, FenceKey key, Optional<LogBounds> log, Operator operator) {
    Optional<FenceRow> before = table.lock(key);
    Change change = change(key, before, log);
    Optional<FenceRow> after = table.apply(key, change, operator.owner());
    Optional<Consequences> consequences =
        change instanceof Change.MoveTo move
            ? Optional.of(Consequences.of(before, move.offset(), log))
            : Optional.empty();
    return new ChangeReport.Changed(key, before, after, consequences);
  }
}
