package dev.onceflow.benchmarks.replay;

import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.TopicPartition;

/**
 * The same once more into a database of its own, from the beginning, with nobody disturbing it:
 * what the tables have to hold. The comparison's own control comes last.
 */
final class Undisturbed {
  private static final String NAME = "undisturbed";

  /** Nearer to the end only reading can tell whether anything is left. */
  private static final long NEARLY_DONE = 100;

  private final Stage stage;
  private final Findings findings;
  private final Target disturbed;

  Undisturbed(Stage stage) {
    this.stage = stage;
    this.findings = stage.findings();
    this.disturbed = stage.target();
  }

  /** The same topics through a second sink; nothing may come into them any more. */
  void compareWithASink() throws Exception {
    Target undisturbed = database();
    long end = disturbed.applied(Stage.SINK);
    try (Target.Watch watch = undisturbed.watch()) {
      fill(watch, configOf(undisturbed), () -> watch.applied(NAME) >= end);
    }
    compare(undisturbed, ComparedTable.OF_TWO_SINKS);
  }

  /**
   * The same input through a second run of the job, and what that writes through a second sink:
   * where the live job's outputs are lost there is no other way. Nothing may come any more.
   */
  void compareWithARun() throws Exception {
    new UndisturbedJob(stage).run();
    findings.step("an undisturbed run of the job has read the whole input");
    Target undisturbed = database();
    Map<String, String> config = configOf(undisturbed);
    rename(config, Topics.LEDGER_ENTRIES);
    rename(config, Topics.ACCOUNT_BALANCES);
    long nearEnd = end(Topics.LEDGER_ENTRIES) + end(Topics.ACCOUNT_BALANCES) - NEARLY_DONE;
    try (Target.Watch watch = undisturbed.watch()) {
      fill(
          watch,
          config,
          () ->
              watch.applied(NAME) >= nearEnd
                  && hasReadAll(watch, Topics.LEDGER_ENTRIES)
                  && hasReadAll(watch, Topics.ACCOUNT_BALANCES));
    }
    checkLastEntries();
    compare(undisturbed, ComparedTable.OF_TWO_RUNS);
  }

  private Target database() throws Exception {
    disturbed.executeAlone("CREATE DATABASE " + NAME);
    Target undisturbed =
        new Target(disturbed.url().replace("/" + PostgresServer.NAME + "?", "/" + NAME + "?"));
    undisturbed.execute(ddl());
    return undisturbed;
  }

  private static String ddl() throws IOException {
    try (InputStream ddl =
        Undisturbed.class.getResourceAsStream("/dev/onceflow/topology/payments/tables.sql")) {
      return new String(ddl.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Map<String, String> configOf(Target undisturbed) {
    Map<String, String> config = new TreeMap<>(stage.connector());
    config.put("name", NAME);
    config.put("connection.url", undisturbed.url());
    return config;
  }

  private static void rename(Map<String, String> config, Topic live) {
    config.replaceAll(
        (key, value) ->
            key.equals("topics") || (key.startsWith("table.") && key.endsWith(".topic"))
                ? value.replace(live.name(), UndisturbedJob.output(live))
                : value);
  }

  /** Up to where its sink has to come; nothing is written there any more. */
  private long end(Topic topic) {
    return topic(topic).end().values().stream().mapToLong(Long::longValue).sum();
  }

  private CommittedTopic topic(Topic live) {
    return new CommittedTopic(UndisturbedJob.output(live), stage.pipeline().clientConfig());
  }

  /** The last offsets may hold no record: then a fence stops before them. */
  private boolean hasReadAll(Target.Watch watch, Topic topic) throws SQLException {
    Map<TopicPartition, Long> fences = watch.fences(NAME);
    fences.keySet().removeIf(each -> !each.topic().equals(UndisturbedJob.output(topic)));
    return topic(topic).isReadUpTo(fences);
  }

  private void fill(Target.Watch watch, Map<String, String> config, Callable<Boolean> ended)
      throws Exception {
    ConnectWorker worker = stage.pipeline().worker();
    worker.putConnector(NAME, config);
    worker.awaitRunning(NAME, Stage.LIMIT);
    Moves moves = Moves.until(() -> watch.applied(NAME), ended);
    findings.figure("undisturbed sink, records a second", moves.perSecond());
    worker.deleteConnector(NAME);
  }

  /** What isn't compared must hold together all the same. */
  private void checkLastEntries() throws SQLException {
    findings.check(
        "each balance's last entry is one of its account, with its time",
        disturbed.number(
                """
                SELECT count(*) FROM account_balances AS b WHERE NOT EXISTS
                  (SELECT FROM ledger_entries AS e WHERE e.entry_id = b.last_entry_id
                    AND e.account = b.account AND e.occurred_at = b.updated_at)""")
            == 0);
  }

  private void compare(Target undisturbed, List<ComparedTable> tables) throws Exception {
    for (TableComparison.Result result : results(undisturbed, tables)) {
      findings.check("as after an undisturbed run, row by row: " + result, result.isEqual());
    }
    control(undisturbed, tables);
    disturbed.executeAlone("DROP DATABASE %s WITH (FORCE)".formatted(NAME));
  }

  private List<TableComparison.Result> results(Target undisturbed, List<ComparedTable> tables)
      throws SQLException {
    List<TableComparison.Result> results = new ArrayList<>();
    for (ComparedTable table : tables) {
      results.add(TableComparison.of(disturbed, undisturbed, table));
    }
    return results;
  }

  /** One row of each table is changed; the comparison must name these and no others. */
  private void control(Target undisturbed, List<ComparedTable> tables) throws SQLException {
    String change =
        "UPDATE %1$s SET %3$s = %3$s + 1 WHERE %2$s = (SELECT min(%2$s) FROM %1$s) RETURNING %2$s";
    Map<String, String> changed = new TreeMap<>();
    for (ComparedTable table : tables) {
      changed.put(
          table.name(),
          undisturbed.text(change.formatted(table.name(), table.key(), table.changed())));
    }
    for (TableComparison.Result result : results(undisturbed, tables)) {
      findings.check(
          "control: a changed row is named, alone: " + result,
          result.different() == 1
              && result.named().get(0).startsWith(changed.get(result.table()) + ": "));
    }
  }
}
