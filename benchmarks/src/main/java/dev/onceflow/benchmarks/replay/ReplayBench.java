package dev.onceflow.benchmarks.replay;

import dev.onceflow.local.up.PaymentsPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The whole payments pipeline on this machine, and what is done to it, part by part. */
public final class ReplayBench {
  /** What can be shown. */
  public enum Part {
    /** The database is set back to a copy that was taken in mid-run. */
    RESTORE,
    /** Most rows are lost, and a reapply that is killed again and again brings them back. */
    LOSS,
    /** Outputs are lost as well, and a reprocess that is killed again and again makes them anew. */
    REPROCESS,
    /** How fast replays of both kinds are, and what they do to the live path. */
    SPEED
  }

  private static final long PACED_PER_SECOND = 300;

  /** With large ones a reapply is over in a few steps, and kills fall only between them. */
  private static final Map<String, String> SMALL_POLLS =
      Map.of("consumer.override.max.poll.records", "1000");

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
    findings.step("seed " + input.seed());
    if (!Set.of(Part.REPROCESS).containsAll(parts)) {
      on(folder.resolve("reapplied"), stage -> disturbAndMeasure(stage, parts));
    }
    if (parts.contains(Part.REPROCESS)) {
      // Its outputs are lost for good: no other part's audit of all topics could agree.
      on(folder.resolve("reprocessed"), this::loseOutputs);
    }
    return findings;
  }

  private interface Work {
    void on(Stage stage) throws Exception;
  }

  private void on(Path stageFolder, Work work) throws Exception {
    Files.createDirectories(stageFolder);
    try (PaymentsPipeline pipeline =
        new PaymentsPipeline(stageFolder.resolve(Stage.PIPELINE), PaymentsPipeline.Ports.ANY)) {
      pipeline.startServers();
      pipeline.startProcessing();
      work.on(
          new Stage(stageFolder, pipeline, new Target(pipeline.postgres().jdbcUrl()), findings));
    }
  }

  private void disturbAndMeasure(Stage stage, Set<Part> parts) throws Exception {
    if (parts.contains(Part.RESTORE) || parts.contains(Part.LOSS)) {
      disturb(stage, parts);
    }
    if (parts.contains(Part.SPEED)) {
      new Speeds(stage, input.events(), input.seed()).run();
    }
  }

  private void disturb(Stage stage, Set<Part> parts) throws Exception {
    PaymentsPipeline pipeline = stage.pipeline();
    try (Feed feed = new Feed(input.open(), pipeline.clientConfig())) {
      sendAtOnce(stage, feed);
      sendPaced(feed);
      if (parts.contains(Part.RESTORE)) {
        new RestoredDatabase(stage).run();
      }
      if (parts.contains(Part.LOSS)) {
        new LostTable(stage, feed, input.seed()).run();
      }
      end(stage, feed);
    }
    findings.check(
        "all topics and tables agree, and the books balance", pipeline.topicsAndTablesAgree());
    new Undisturbed(stage).compareWithASink();
  }

  private void loseOutputs(Stage stage) throws Exception {
    stage.pipeline().registerSink(SMALL_POLLS);
    try (Feed feed = new Feed(input.open(), stage.pipeline().clientConfig())) {
      LostOutputs lost = new LostOutputs(stage, feed, input.seed());
      sendAtOnce(stage, feed);
      lost.lose();
      sendPaced(feed);
      lost.run();
      end(stage, feed);
    }
    new Undisturbed(stage).compareWithARun();
  }

  private void sendAtOnce(Stage stage, Feed feed) throws InterruptedException {
    feed.send(input.events());
    stage.pipeline().awaitDrained(Stage.LIMIT);
    findings.step("%,d events have gone the whole way".formatted(feed.sent()));
  }

  private void sendPaced(Feed feed) {
    feed.begin(PACED_PER_SECOND);
    findings.step("from now on %d events come each second".formatted(PACED_PER_SECOND));
  }

  private void end(Stage stage, Feed feed) throws InterruptedException {
    feed.end();
    stage.pipeline().awaitDrained(Stage.LIMIT);
    findings.step("no more events come; all %,d have gone the whole way".formatted(feed.sent()));
  }
}
