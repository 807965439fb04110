package dev.onceflow.benchmarks.replay;

import dev.onceflow.benchmarks.replay.KilledReplay.Course;
import java.util.Random;

/**
 * Most rows of two tables are lost while the job and the sink go on working; a reapply brings them
 * back, although its command is killed three times and the Connect worker once. Audited before and
 * after.
 */
final class LostTable {
  private final Stage stage;
  private final Findings findings;
  private final Feed feed;
  private final long seed;

  LostTable(Stage stage, Feed feed, long seed) {
    this.stage = stage;
    this.findings = stage.findings();
    this.feed = feed;
    this.seed = seed;
  }

  /** Runs it; events must flow already, and flow on. */
  void run() throws Exception {
    LostRows rows = new LostRows(stage, seed);
    rows.take();
    rows.checkAudit(rows.count(), stage.audit());
    long sentBefore = feed.sent();
    reapply();
    findings.check(
        "the live job received new events until the replay was over (%,d meanwhile)"
            .formatted(feed.sent() - sentBefore),
        feed.flows() && feed.sent() > sentBefore);
    rows.checkBack();
    findings.check("the audit afterwards agrees", stage.audit().agrees());
    rows.forget();
  }

  private void reapply() throws Exception {
    long rate = Stage.slowRate(stage.target().applied(Stage.SINK));
    Course course =
        new Course(
            () -> stage.replay("reapply", "--all", "--rate", Long.toString(rate)),
            Kill.inTheReapply(new Random(seed)),
            rate);
    try (JobWatch job = new JobWatch(stage)) {
      new KilledReplay(stage, job, course).run();
    }
  }
}
