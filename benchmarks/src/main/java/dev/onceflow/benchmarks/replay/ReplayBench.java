package dev.onceflow.benchmarks.replay;

import dev.onceflow.local.up.PaymentsPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/** The whole payments pipeline on this machine, and what is done to it, part by part. */
public final class ReplayBench {
  /** What can be shown. */
  public enum Part {
    /** The database is set back to a copy that was taken in mid-run. */
    RESTORE,
    /** Most rows are lost, and a replay that is killed again and again brings them back. */
    LOSS,
    /** How fast a replay is, and what it does to the live path. */
    SPEED
  }

  private static final long PACED_PER_SECOND = 300;

  private final Path folder;
  private final Input input;
  private final Findings findings;

  /**
   * Prepares nothing yet.
   *
   * @param folder where servers keep their data
   * @param out told of each step
   */
  public ReplayBench(Path folder, Input input, Consumer<String> out) {
    this.folder = folder;
    this.input = input;
    this.findings = new Findings(out);
  }

  /** Runs the parts. */
  public Findings run(Set<Part> parts) throws Exception {
    Files.createDirectories(folder);
    findings.step("seed " + input.seed());
    try (PaymentsPipeline pipeline =
        new PaymentsPipeline(folder.resolve("pipeline"), PaymentsPipeline.Ports.ANY)) {
      pipeline.startServers();
      pipeline.startProcessing();
      Stage stage =
          new Stage(folder, pipeline, new Target(pipeline.postgres().jdbcUrl()), findings);
      if (parts.contains(Part.RESTORE) || parts.contains(Part.LOSS)) {
        disturb(stage, parts);
      }
      if (parts.contains(Part.SPEED)) {
        new Speeds(stage, input.events(), input.seed()).run();
      }
    }
    return findings;
  }

  private void disturb(Stage stage, Set<Part> parts) throws Exception {
    PaymentsPipeline pipeline = stage.pipeline();
    try (Feed feed = new Feed(input.open(), pipeline.clientConfig())) {
      feed.send(input.events());
      pipeline.awaitDrained(Stage.LIMIT);
      findings.step(
          "%,d events have gone the whole way; from now on %d come each second"
              .formatted(feed.sent(), PACED_PER_SECOND));
      feed.begin(PACED_PER_SECOND);
      if (parts.contains(Part.RESTORE)) {
        new RestoredDatabase(stage).run();
      }
      if (parts.contains(Part.LOSS)) {
        new LostTable(stage, feed, LostTable.Kind.REAPPLY, input.seed()).run();
      }
      feed.end();
      pipeline.awaitDrained(Stage.LIMIT);
      findings.step("no more events come; all %,d have gone the whole way".formatted(feed.sent()));
    }
    findings.check(
        "all topics and tables agree, and the books balance", pipeline.topicsAndTablesAgree());
    new Undisturbed(stage).compare();
  }
}
