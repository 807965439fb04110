package dev.onceflow.benchmarks.replay;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.postgres.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The same topics through a second sink into a database of its own, from their beginning, with
 * nobody disturbing it: what the tables have to hold. The comparison's own control comes last.
 */
final class Undisturbed {
  private static final String NAME = "undisturbed";
  private static final Map<String, String> TABLES =
      new TreeMap<>(
          Map.of(
              "ledger_entries", "entry_id::text",
              "account_balances", "account",
              "merchant_daily_totals", "merchant_id || ' ' || day || ' ' || currency"));

  private final Stage stage;
  private final Findings findings;
  private final Target disturbed;

  Undisturbed(Stage stage) {
    this.stage = stage;
    this.findings = stage.findings();
    this.disturbed = stage.target();
  }

  /** Compares all tables; nothing may come into the topics any more. */
  void compare() throws Exception {
    disturbed.executeAlone("CREATE DATABASE " + NAME);
    Target undisturbed =
        new Target(disturbed.url().replace("/" + PostgresServer.NAME + "?", "/" + NAME + "?"));
    undisturbed.execute(ddl());
    fill(undisturbed);
    List<TableComparison.Result> results = compare(undisturbed);
    for (TableComparison.Result result : results) {
      findings.check("as after an undisturbed run, row by row: " + result, result.isEqual());
    }
    control(undisturbed);
    disturbed.executeAlone("DROP DATABASE %s WITH (FORCE)".formatted(NAME));
  }

  private static String ddl() throws IOException {
    try (InputStream ddl =
        Undisturbed.class.getResourceAsStream("/dev/onceflow/topology/payments/tables.sql")) {
      return new String(ddl.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void fill(Target undisturbed) throws Exception {
    Map<String, String> config = new TreeMap<>(stage.connector());
    config.put("name", NAME);
    config.put("connection.url", undisturbed.url());
    ConnectWorker worker = stage.pipeline().worker();
    worker.putConnector(NAME, config);
    worker.awaitRunning(NAME, Stage.LIMIT);
    long end = disturbed.applied(Stage.SINK);
    Moves moves;
    try (Target.Watch watch = undisturbed.watch()) {
      moves = Moves.until(() -> watch.applied(NAME), () -> watch.applied(NAME) >= end);
    }
    findings.figure("undisturbed sink, records a second", moves.perSecond());
    worker.deleteConnector(NAME);
  }

  private List<TableComparison.Result> compare(Target undisturbed) throws SQLException {
    List<TableComparison.Result> results = new ArrayList<>();
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      results.add(TableComparison.of(disturbed, undisturbed, table.getKey(), table.getValue()));
    }
    return results;
  }

  /** One row of each table is changed; the comparison must name these and no others. */
  private void control(Target undisturbed) throws SQLException {
    String change =
        "UPDATE %1$s SET %3$s = %3$s + 1 WHERE %2$s = (SELECT min(%2$s) FROM %1$s) RETURNING %2$s";
    Map<String, String> changed = new TreeMap<>();
    for (String[] each :
        new String[][] {
          {"ledger_entries", "amount_minor"},
          {"account_balances", "balance_minor"},
          {"merchant_daily_totals", "entries"}
        }) {
      changed.put(
          each[0], undisturbed.text(change.formatted(each[0], TABLES.get(each[0]), each[1])));
    }
    for (TableComparison.Result result : compare(undisturbed)) {
      findings.check(
          "control: a changed row is named, alone: " + result,
          result.different() == 1
              && result.named().get(0).startsWith(changed.get(result.table()) + ": "));
    }
  }
}
