package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.ConnectUrlOption;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.job.JobOptions;
import dev.onceflow.schemas.serde.GenericAvroReader;
import dev.onceflow.streams.job.TopologyFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow replay reprocess}. */
@Command(
    name = "reprocess",
    description = {
      "Runs a job over its whole input again, in this process, beside the live one and",
      "into topics of its own, and then these topics through the sink: for outputs that",
      "were lost, too, and not only rows. Begins with a plan, and ends with a count of",
      "what would still change. Killed at any point, the same command goes on.",
      "",
      "The job has an application ID of its own, APPLICATION_ID.r<run>, and its topics",
      "are called TOPIC.r<run>; all of it is taken away in the end.",
      "",
      "Its state begins with its input, always. Topics, partitions, offsets and times are",
      "of the input, and say which records have effects; --key and --only are of what the",
      "job makes of them. Tables with one row for many records take the whole input: with",
      "--all, or they are left out with --table."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      JobOptions.ABOUT_FILE,
      "",
      "Examples:",
      "  onceflow replay reprocess --job payments --config job.properties --all \\",
      "      --connect-url http://connect:8083 --connector payments-sink \\",
      "      --database jdbc:postgresql://db/shop --reason 'entries lost' --dry-run",
      "  onceflow replay reprocess --job payments --config job.properties --all \\",
      "      --connector payments-sink --profile production --reason 'entries lost' --no-apply",
      "  onceflow replay reprocess --job payments --config job.properties \\",
      "      --from-time 2026-11-20T08:00:00Z --to-time 2026-11-20T09:00:00Z \\",
      "      --connector payments-sink --table ledger_entries --profile production \\",
      "      --reason 'incident 4711'",
      "",
      "Exit codes: 0 done (or, with --dry-run and --no-apply, it can be done) and no effect",
      "that was counted is missing; 1 refused, cancelled, or some are still missing; 2 failed:",
      "the same command goes on; or done, and not everything could be counted."
    })
final class ReprocessCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private JobOptions jobOptions;

  @Mixin private RangeOptions range;

  @Mixin private FilterOptions filter;

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description =
          "Which of the connector's tables; may be given several times. Default: all that take what the job writes.")
  private List<String> tables = new ArrayList<>();

  @Mixin private ConnectUrlOption connectUrl;

  @Option(
      names = "--connector",
      required = true,
      paramLabel = "NAME",
      description = "The live connector; the replay's is a copy of it.")
  private String connector;

  @Mixin private DatabaseOptions database;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "At most so many records a second, of the input and then of the outputs. Default: no limit.")
  private Optional<Long> rate;

  @Option(
      names = "--state-dir",
      paramLabel = "FOLDER",
      description =
          "Where the job's state directory is made. Default: the folder of temporary files.")
  private Optional<Path> stateDirs;

  @Option(
      names = "--keep-topics",
      description = "Keeps what the job wrote when all is over, to look at.")
  private boolean keepsTopics;

  @Option(
      names = "--accept-set-aside",
      description =
          "Goes on although the run set aside other records than the live job did; what was redriven since may take effect twice.")
  private boolean acceptsSetAside;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those who read onceflow.replays later.")
  private String reason;

  @Option(names = "--dry-run", description = "Makes the plan, and changes nothing.")
  private boolean dryRun;

  @Option(
      names = "--no-apply",
      description =
          "Ends when the effects are counted, before any is made; the same command without it goes on.")
  private boolean noApply;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (reason.isBlank()) {
      throw new UserException("--reason is empty: say why, for those who look into it later.");
    }
    if (rate.filter(r -> r < 1).isPresent()) {
      throw new UserException("--rate is 1 or more.");
    }
    range.requireBounds();
    filter.filter();
    TopologyFactory factory = jobOptions.factory();
    LiveJob job = new LiveJob(factory, jobOptions.config(factory));
    ConnectApi connect = new ConnectApi(connectUrl.required());
    LiveSink sink = LiveSink.of(connector, connect).only(tables);
    Set<String> inputs = job.graph().inputs();
    List<String> chosen = range.inputs(inputs);
    Replays.Request request =
        new Replays.Request(sink, asked(job, chosen), rate, reason, Operator.here());
    try (Replays replays = Replays.open(database);
        Logs logs = new Logs(job.admin());
        TerminalLine line = new TerminalLine(spec.commandLine().getErr())) {
      Reprocess reprocess =
          new Reprocess(
              request,
              job,
              new Reapply.Means(
                  replays,
                  connect,
                  logs,
                  new CommittedRecords(job.consumer()),
                  values(job),
                  // The run's topics are taken away; the table is audited against the live ones.
                  Optional.empty(),
                  new Progress(line)),
              new Reprocess.Choices(stateDirs, keepsTopics, acceptsSetAside),
              InstantSource.system());
      replays.nowMs(sink.name());
      SameDatabase.require(replays.connection(), sink, SameDatabase.login(database));
      Supplier<ReprocessPlan> plan =
          () ->
              reprocess.plan(
                  range.isWhole(inputs)
                      ? Optional.empty()
                      : Optional.of(range.resolve(chosen, logs)));
      return dryRun ? dryRun(plan.get()) : run(reprocess, plan);
    }
  }

  /** The same for the same choice, to know it again when the command is given once more. */
  private ObjectNode asked(LiveJob job, List<String> inputs) {
    ObjectNode json =
        range
            .json(inputs)
            .put("job", job.factory().name())
            .put("application_id", job.applicationId());
    new TreeSet<>(tables).forEach(json.putArray("tables")::add);
    filter.filter().addTo(json);
    return json;
  }

  private static Values values(LiveJob job) {
    Map<String, Object> given = job.config().given();
    return new Values(
        given.containsKey("schema.registry.url")
            ? Optional.of(new GenericAvroReader(given))
            : Optional.empty());
  }

  private int dryRun(ReprocessPlan plan) {
    print(plan.text() + "Dry run: nothing was changed.\n", plan.json().put("dry_run", true));
    return plan.isRefused() ? ExitCode.DISAGREES : ExitCode.OK;
  }

  private int run(Reprocess reprocess, Supplier<ReprocessPlan> planning) {
    Optional<Replay> unfinished = reprocess.unfinished();
    reprocess.removeLeftovers();
    if (unfinished.isEmpty()) {
      ReprocessPlan plan = planning.get();
      if (plan.isRefused()) {
        print(plan.text(), plan.json());
        return ExitCode.DISAGREES;
      }
      printText(plan.text());
      unfinished = Optional.of(reprocess.begin(plan));
    }
    Replay replay = reprocess.reprocess(unfinished.get());
    if (!replay.state().isOver()) {
      Reapply reapply = reprocess.reapply(replay);
      if (noApply && replay.state() == ReplayState.PLANNING) {
        ReplayPlan plan = reapply.plan(replay.rangeList());
        print(
            plan.text()
                + "Nothing was applied: the same command without --no-apply goes on, 'onceflow replay cancel %d' ends it.\n"
                    .formatted(replay.id()),
            plan.json().put("replay", replay.id()));
        return plan.isRefused() ? ExitCode.DISAGREES : ExitCode.OK;
      }
      reapply.prepare(replay).ifPresent(plan -> printText(plan.text()));
      replay = reapply.finish(replay.id());
    }
    reprocess.removeAll(replay);
    print(ReplayReport.text(replay), replay.json());
    return ReplayReport.exitCode(replay);
  }

  private void printText(String text) {
    if (!json) {
      print(text, null);
    }
  }

  private void print(String text, ObjectNode object) {
    PrintWriter out = spec.commandLine().getOut();
    if (json && object != null) {
      out.println(object.toPrettyString());
    } else {
      out.print(text);
    }
    out.flush();
  }
}
