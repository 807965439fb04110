package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.dlq.Tally.Mode;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that decides about records. It fences out whoever was at it before it reads what is
 * decided, so two that run at once decide nothing twice: the earlier one stops.
 */
abstract class ChangeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TopicOptions topic;
  @Mixin private KafkaOptions kafka;
  @Mixin private DatabaseOptions database;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those who read TOPIC-decisions later.")
  private String reason;

  @Option(
      names = "--rate",
      defaultValue = "0",
      paramLabel = "N",
      description = "Records a second at most. Default: as fast as it goes.")
  private long rate;

  @Option(names = "--dry-run", description = "Says what would be done, and does nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  /** Which records are meant. */
  abstract Filter filter();

  /**
   * What becomes of each.
   *
   * @param setAside where they lie, as it is now
   * @param targets where copies may go
   */
  abstract Function<SetAsideRecord, Action> plan(
      SetAsideStore setAside, Targets targets, Operator operator);

  /** What is to be done after all is decided. */
  void afterwards(SetAsideStore setAside) {}

  /** How far back the memory reaches of whoever reads what is sent. */
  Horizon horizon() {
    return Horizon.NONE;
  }

  /** How many records are named one by one; empty where they are not. */
  OptionalLong named() {
    return OptionalLong.empty();
  }

  /** For commands that take records by a filter: none must be meant on purpose. */
  static Filter filterOrAll(FilterOptions options, boolean all) {
    Filter filter = options.filter();
    if (filter.isEmpty() != all) {
      throw new UserException(
          all
              ? "--all is given, and so is a filter: give one of them."
              : "No record is named: give a filter such as --code, or --all.");
    }
    return filter;
  }

  @Override
  public Integer call() {
    if (rate < 0) {
      throw new UserException("--rate is %d: expected a number from 1 on.".formatted(rate));
    }
    Operator operator = Operator.here(reason, Clock.systemUTC());
    Filter filter = filter();
    Tally tally;
    try (Cluster cluster = Cluster.of(kafka.required())) {
      tally = dryRun ? previewed(cluster, filter, operator) : changed(cluster, filter, operator);
    }
    PrintWriter out = spec.commandLine().getOut();
    Mode mode = dryRun ? Mode.DRY_RUN : Mode.CHANGE;
    if (json) {
      ObjectNode report = tally.json(mode);
      topic.sink().ifPresent(sink -> report.put("sink", sink));
      out.println(report.put("topic", topic.topic()).toPrettyString());
    } else {
      out.print(tally.text(mode));
    }
    out.flush();
    return tally.isWhole() ? ExitCode.OK : ExitCode.DISAGREES;
  }

  private Tally previewed(Cluster cluster, Filter filter, Operator operator) {
    try (SetAsideStore setAside = topic.toPreview(cluster, database)) {
      return run(cluster, setAside, filter, operator, chunk -> List.of(), 0);
    }
  }

  private Tally changed(Cluster cluster, Filter filter, Operator operator) {
    cluster.createCompacted(Decisions.topicOf(topic.decidedAs()), replication(cluster));
    try (TransactionalOutlet outlet =
        new TransactionalOutlet(
            cluster.producer(TransactionalOutlet.transactionalId(topic.decidedAs())),
            topic.decidedAs())) {
      outlet.begin();
      try (SetAsideStore setAside = topic.toChange(cluster, database)) {
        Outlet ofThis =
            chunk -> {
              setAside.requireSame();
              List<Outlet.Refused> refused = outlet.commit(chunk);
              setAside.committed(chunk, refused);
              return refused;
            };
        Tally tally = run(cluster, setAside, filter, operator, ofThis, rate);
        afterwards(setAside);
        return tally;
      }
    }
  }

  // Rows of a topic that is gone can still be given up.
  private short replication(Cluster cluster) {
    return topic.sink().isPresent()
        ? cluster
            .topic(topic.topic())
            .map(Cluster.Topic::replication)
            .orElse(Cluster.AS_BROKERS_SAY)
        : cluster.existing(topic.topic()).replication();
  }

  private Tally run(
      Cluster cluster,
      SetAsideStore setAside,
      Filter filter,
      Operator operator,
      Outlet outlet,
      long recordsPerSecond) {
    Pace pace = new Pace(recordsPerSecond, System::nanoTime, LockSupport::parkNanos);
    try (InputTopics inputs = new InputTopics(cluster);
        SetAsideStore.OpenSource reader = setAside.reader();
        TerminalLine line = new TerminalLine(spec.commandLine().getErr())) {
      HorizonWatch watch = new HorizonWatch(horizon(), outlet);
      Tally tally =
          new SetAsideRun(filter, setAside.decisions(), operator, plan(setAside, inputs, operator))
              .run(reader, watch, pace, new ProgressLine(line));
      tally.behindHorizon(watch.behind());
      long met = tally.done() + tally.left() + tally.decidedBefore();
      tally.gone(named().orElse(met) - met);
      return tally;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw cluster.explained(e);
    }
  }
}
