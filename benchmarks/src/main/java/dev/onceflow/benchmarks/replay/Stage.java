package dev.onceflow.benchmarks.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.topology.PaymentsTopology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What every part works on.
 *
 * @param folder for what commands read and say; the pipeline's data lies below it
 */
record Stage(Path folder, PaymentsPipeline pipeline, Target target, Findings findings) {
  /** Generous: machines differ, and what hangs must still end. */
  static final Duration LIMIT = Duration.ofMinutes(15);

  static final String SINK = PaymentsPipeline.SINK;

  /** Where the pipeline keeps its data, below the stage's folder. */
  static final String PIPELINE = "pipeline";

  private static final int AGREE = 0;

  /** Slow enough for kills to fall into a replay; the limit is lifted after the last one. */
  private static final long SECONDS_AT_RATE = 100;

  private static final long RATE_MIN = 200;

  /** What an audit said. */
  record Audit(int code, String text) {
    boolean agrees() {
      return code == AGREE && text.contains("Agree: every record in sight has its row");
    }
  }

  /** Records a second, of so many, at which a replay can be killed in its middle. */
  static long slowRate(long records) {
    return Math.max(RATE_MIN, records / SECONDS_AT_RATE);
  }

  /** The live job's configuration. */
  Path jobConfig() {
    return folder.resolve(PIPELINE).resolve("job").resolve("job.properties");
  }

  /** The live connector's configuration. */
  Map<String, String> connector() {
    return pipeline.worker().connectorConfig(SINK);
  }

  /** {@code onceflow audit table} of the ledger's entries. */
  Audit audit() throws Exception {
    Path file = folder.resolve("connector.json");
    try {
      Files.writeString(file, new ObjectMapper().writeValueAsString(connector()));
    } catch (IOException e) {
      throw new IllegalStateException("a configuration always has a JSON form", e);
    }
    List<String> words =
        List.of("audit", "table", "--connector", file.toString(), "--table", "ledger_entries");
    try (CommandRun audit = CommandRun.begin(folder, words)) {
      int code = audit.ended(LIMIT);
      return new Audit(code, audit.text());
    }
  }

  /** Begins {@code onceflow replay KIND} of the live sink. */
  CommandRun replay(String kind, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "replay",
                kind,
                "--connect-url",
                pipeline.worker().url(),
                "--connector",
                SINK,
                "--database",
                target.url(),
                "--reason",
                "rows were lost"));
    words.addAll(List.of(more));
    return CommandRun.begin(folder, words);
  }

  /** Begins {@code onceflow replay reprocess} of the live job. */
  CommandRun reprocess(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--job",
                PaymentsTopology.NAME,
                "--config",
                jobConfig().toString(),
                "--state-dir",
                folder.toString(),
                "--all"));
    words.addAll(List.of(more));
    return replay("reprocess", words.toArray(String[]::new));
  }

  /** Runs another of replay's commands; it has to succeed. */
  void changeReplay(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("replay"));
    all.addAll(List.of(words));
    all.addAll(List.of("--database", target.url()));
    try (CommandRun command = CommandRun.begin(folder, all)) {
      int code = command.ended(LIMIT);
      if (code != 0) {
        throw new IllegalStateException(
            "onceflow %s ended with exit code %d: %s"
                .formatted(String.join(" ", all), code, command.text()));
      }
    }
  }
}
