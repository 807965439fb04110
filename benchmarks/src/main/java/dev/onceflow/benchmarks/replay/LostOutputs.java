package dev.onceflow.benchmarks.replay;

import dev.onceflow.benchmarks.replay.KilledReplay.Course;
import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * What the job wrote is lost, for the most part, and most rows of two tables with it, so that
 * nothing is left to be applied once more. A reprocess makes both again beside the live job,
 * although its command is killed three times, in the job's run and in the reapply, and the Connect
 * worker once. Audited before and after.
 */
final class LostOutputs {
  private static final double LOST_MIN = 0.5;
  private static final double LOST_MAX = 0.9;
  private static final int IDS_AT_ONCE = 10_000;

  private final Stage stage;
  private final Target target;
  private final Findings findings;
  private final Feed feed;
  private final Random random;
  private final LostRows rows;

  /** How many of the lost rows have a record yet; an audit sees no others. */
  private long inSight;

  LostOutputs(Stage stage, Feed feed, long seed) {
    this.stage = stage;
    this.target = stage.target();
    this.findings = stage.findings();
    this.feed = feed;
    this.random = new Random(seed);
    this.rows = new LostRows(stage, seed);
  }

  /**
   * Loses them. Everything must have gone the whole way, and nothing may come: whoever has yet to
   * read a record that is lost here would miss it, which isn't what is shown.
   */
  void lose() throws Exception {
    CommittedTopic entries =
        new CommittedTopic(Topics.LEDGER_ENTRIES.name(), stage.pipeline().clientConfig());
    Map<TopicPartition, Long> ends = entries.end();
    loseRecords(ends);
    rows.take();
    noteInSight(entries, ends);
    long outOfSight = rows.count() - inSight;
    findings.check(
        "no record is left of %,d of these rows, so that nothing could be applied once more"
            .formatted(outOfSight),
        outOfSight > 0);
  }

  private void loseRecords(Map<TopicPartition, Long> ends) throws InterruptedException {
    Map<TopicPartition, RecordsToDelete> lost = new HashMap<>();
    long offsets = 0;
    // In order, or the same seed would lose others.
    List<TopicPartition> partitions =
        ends.keySet().stream().sorted(Comparator.comparing(TopicPartition::partition)).toList();
    for (TopicPartition partition : partitions) {
      long before = (long) (ends.get(partition) * random.nextDouble(LOST_MIN, LOST_MAX));
      lost.put(partition, RecordsToDelete.beforeOffset(before));
      offsets += before;
    }
    try (Admin admin = Admin.create(stage.pipeline().clientConfig())) {
      admin.deleteRecords(lost).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Records can't be deleted", e.getCause());
    }
    findings.step(
        "%,d of %,d offsets of %s are lost, the first ones of each partition"
            .formatted(
                offsets,
                ends.values().stream().mapToLong(Long::longValue).sum(),
                Topics.LEDGER_ENTRIES.name()));
  }

  private void noteInSight(CommittedTopic entries, Map<TopicPartition, Long> ends)
      throws SQLException {
    Deserializer<LedgerEntry> values =
        new AvroSerdes(stage.pipeline().clientConfig()).deserializer(LedgerEntry.class);
    List<String> ids = new ArrayList<>();
    entries.read(
        ends, entry -> ids.add(values.deserialize(entry.topic(), entry.value()).getEntryId()));
    inSight = 0;
    for (int from = 0; from < ids.size(); from += IDS_AT_ONCE) {
      inSight +=
          target.number(
              "SELECT count(*) FROM lost_entries WHERE entry_id = ANY ('{%s}'::uuid[])"
                  .formatted(
                      String.join(
                          ",", ids.subList(from, Math.min(ids.size(), from + IDS_AT_ONCE)))));
    }
  }

  /** Brings them back; events must flow by now, and flow on. */
  void run() throws Exception {
    rows.checkAudit(inSight, stage.audit());
    long sentBefore = feed.sent();
    reprocess();
    findings.check(
        "the live job received new events until the replay was over (%,d meanwhile)"
            .formatted(feed.sent() - sentBefore),
        feed.flows() && feed.sent() > sentBefore);
    rows.checkBack();
    findings.check("the audit afterwards agrees", stage.audit().agrees());
    rows.forget();
  }

  private void reprocess() throws Exception {
    long rate = Stage.slowRate(feed.sent());
    Course course =
        new Course(
            () -> stage.reprocess("--rate", Long.toString(rate)),
            Kill.inBothHalves(random),
            Stage.slowRate(target.applied(Stage.SINK)));
    try (JobWatch job = new JobWatch(stage)) {
      new KilledReplay(stage, job, course).run();
    }
  }
}
