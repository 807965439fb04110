package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.table.SinkAudit;
import dev.onceflow.cli.connection.ConnectUrlOption;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.connection.RegistryOptions;
import dev.onceflow.schemas.serde.GenericAvroReader;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow replay reapply}. */
@Command(
    name = "reapply",
    description = {
      "Runs a range of the sink's topics through the sink again, beside the live one:",
      "rows that were lost come back, what is there stays. Begins with a plan, and",
      "ends with a count of what would still change, and an audit by content of the",
      "tables that can be compared. Killed at any point, the same command goes on."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow replay reapply --connect-url http://connect:8083 --connector orders \\",
      "      --database jdbc:postgresql://db/shop --all --reason 'rows deleted by hand' --dry-run",
      "  onceflow replay reapply --connect-url http://connect:8083 --connector orders \\",
      "      --database jdbc:postgresql://db/shop --topic orders --partition 3 \\",
      "      --from-time 2026-11-20T08:00:00Z --rate 2000 --reason 'incident 4711'",
      "  onceflow replay reapply --connect-url http://connect:8083 --connector orders \\",
      "      --database jdbc:postgresql://db/shop --all --key A1 --key A2 \\",
      "      --only header:region=eu --only field:kind!=TEST --reason 'incident 4712'",
      "",
      "Exit codes: 0 done (or, with --dry-run, it can be done), no effect that was",
      "counted is missing, and audited tables agree; 1 refused, cancelled, some are",
      "still missing, or a table differs; 2 failed: the same command goes on; or done,",
      "and not everything could be counted or audited."
    })
final class ReapplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ConnectUrlOption connectUrl;

  @Option(
      names = "--connector",
      required = true,
      paramLabel = "NAME",
      description = "The live connector; the replay's is a copy of it.")
  private String connector;

  @Mixin private DatabaseOptions database;
  @Mixin private KafkaOptions kafka;

  @Mixin private RegistryOptions registry;

  @Mixin private RangeOptions range;

  @Mixin private FilterOptions filter;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "At most so many records a second. Default: no limit.")
  private Optional<Long> rate;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Count with a sample of so many offsets of each partition. Default: all.")
  private Optional<Long> sample;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those who read onceflow.replays later.")
  private String reason;

  @Option(
      names = "--no-audit",
      description = "Leaves out the audit at the end, which reads whole topics and tables.")
  private boolean noAudit;

  @Option(names = "--dry-run", description = "Makes the plan, and changes nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    check();
    ConnectApi connect = new ConnectApi(connectUrl.required());
    LiveSink sink = LiveSink.of(connector, connect);
    List<String> topics = range.topics(sink);
    Map<String, Object> settings = kafka.over(sink.kafka());
    Replays.Request request =
        new Replays.Request(sink, request(topics), rate, reason, Operator.here());
    try (Replays replays = Replays.open(database);
        Logs logs = new Logs(settings);
        TerminalLine line = new TerminalLine(spec.commandLine().getErr())) {
      Reapply reapply =
          new Reapply(
              request,
              filter.filter(),
              new Reapply.Means(
                  replays,
                  connect,
                  logs,
                  new CommittedRecords(settings),
                  values(sink),
                  noAudit ? Optional.empty() : Optional.of(audit(sink, settings, line)),
                  new Progress(line)),
              sample,
              InstantSource.system(),
              () -> replays.nowMs(sink.name()));
      replays.nowMs(sink.name());
      SameDatabase.require(replays.connection(), sink, SameDatabase.login(database));
      return dryRun ? plan(reapply, topics, logs) : run(reapply, topics, logs);
    }
  }

  /** What is asked for, to know it again when the command is given once more. */
  private ObjectNode request(List<String> topics) {
    ObjectNode json = range.json(topics);
    filter.filter().addTo(json);
    return json;
  }

  private void check() {
    if (reason.isBlank()) {
      throw new UserException("--reason is empty: say why, for those who look into it later.");
    }
    filter.filter();
    if (rate.filter(r -> r < 1).isPresent() || sample.filter(s -> s < 1).isPresent()) {
      throw new UserException("--rate and --sample are 1 or more.");
    }
  }

  /** By content, of the tables that can be compared. */
  private ContentAudit audit(LiveSink sink, Map<String, Object> kafkaSettings, TerminalLine line) {
    Map<String, Object> clients = new HashMap<>(SinkAudit.clients(sink.config()));
    clients.putAll(kafkaSettings);
    registry.settings().ifPresent(clients::putAll);
    return new ContentAudit(
        new SinkAudit(
            connector,
            sink.config(),
            sink.name(),
            new SinkAudit.Access(
                clients, database.url().orElseThrow(), SameDatabase.login(database)),
            line),
        sink,
        filter.filter(),
        new CommittedRecords(kafkaSettings),
        values(sink));
  }

  private Values values(LiveSink sink) {
    return new Values(
        registry
            .settings()
            .or(() -> sink.registry().map(url -> Map.of("schema.registry.url", url)))
            .map(GenericAvroReader::new));
  }

  private int plan(Reapply reapply, List<String> topics, Logs logs) {
    ReplayPlan plan = reapply.plan(reapply.applied(range.resolve(topics, logs)));
    print(plan.text() + "Dry run: nothing was changed.\n", plan.json().put("dry_run", true));
    return plan.isRefused() ? ExitCode.DISAGREES : ExitCode.OK;
  }

  private int run(Reapply reapply, List<String> topics, Logs logs) {
    Optional<Replay> unfinished = reapply.unfinished();
    Replay replay =
        unfinished.orElseGet(() -> reapply.begin(reapply.applied(range.resolve(topics, logs))));
    unfinished.ifPresent(this::sayWhoseRate);
    Optional<ReplayPlan> plan = reapply.prepare(replay);
    if (!json) {
      plan.ifPresent(p -> print(p.text(), null));
    }
    Replay ended = reapply.finish(replay.id());
    print(ReplayReport.text(ended), ended.json());
    return ReplayReport.exitCode(ended);
  }

  /** It may have been changed since it was begun, which the same command must not undo. */
  private void sayWhoseRate(Replay replay) {
    if (rate.isPresent() && !rate.equals(replay.rate())) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "Replay %d goes on with %s, and not with --rate %d: 'onceflow replay rate %d %d' changes that."
              .formatted(
                  replay.id(),
                  replay.rate().map("at most %,d records a second"::formatted).orElse("no limit"),
                  rate.get(),
                  replay.id(),
                  rate.get()));
      err.flush();
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

  /** What guards each table that takes something of the ranges, by name. */
  static Map<String, SinkTable> tables(LiveSink sink, List<Range> ranges) {
    Map<String, SinkTable> tables = new LinkedHashMap<>();
    for (SinkTable table : sink.tables()) {
      if (ranges.stream().anyMatch(r -> table.takes(r.partition().topic()))) {
        tables.put(table.name(), table);
      }
    }
    return tables;
  }
}
