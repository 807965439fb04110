package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.up.PaymentsFlow;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Judgement;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Mode;
import dev.onceflow.verification.history.RecordedEffects;
import dev.onceflow.verification.history.RecordedInput;
import dev.onceflow.verification.history.RecordedOutputs;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** The end of a run: lets everything come to rest, then judges what stands. One thread. */
final class Endgame {
  private static final Duration REST_LIMIT = Duration.ofMinutes(4);
  private static final Duration QUIET = Duration.ofSeconds(12);
  private static final long LOOK_MS = 500;
  private static final String ROWS =
      "SELECT (SELECT count(*) FROM ledger_entries)"
          + " + (SELECT coalesce(sum(entries), 0) FROM merchant_daily_totals)"
          + " + (SELECT coalesce(sum(version), 0) FROM account_balances)";

  private final Cluster cluster;
  private final Flow flow;

  Endgame(Cluster cluster, Flow flow) {
    this.cluster = cluster;
    this.flow = flow;
  }

  List<Check> judged() throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    checks.add(cameToRest());
    checks.add(nothingOpen());
    RecordedInput input = new RecordedInput(cluster.clientConfig());
    checks.add(
        check(
            "topics",
            Judgement.of(
                input.expectedOfTheJob(),
                new RecordedOutputs(cluster.clientConfig(), Cluster.VERDICTS_TOPIC).read())));
    try {
      checks.add(
          check(
              "tables",
              Judgement.of(input.judged().effects(), RecordedEffects.in(cluster.jdbcUrl()))));
    } catch (SQLException e) {
      throw new UserException("The tables can't be read: " + e.getMessage(), e);
    }
    return checks;
  }

  private static Check check(String name, Judgement judgement) {
    return new Check(
        name,
        judgement.isExactlyOnce(),
        judgement.summary(),
        judgement.missing().size(),
        judgement.surplus().size());
  }

  private Check cameToRest() throws InterruptedException {
    PaymentsFlow payments = new PaymentsFlow(cluster.clientConfig(), cluster.jdbcUrl());
    try {
      if (cluster.mode() == Mode.EXACTLY_ONCE) {
        payments.awaitDrained(REST_LIMIT, cluster::tendSink);
      } else {
        payments.awaitJobDrained(REST_LIMIT, cluster::tendSink);
        awaitTablesAtRest();
      }
      return new Check("rest", true, "all records have gone the whole way", 0, 0);
    } catch (UserException e) {
      return new Check("rest", false, e.getMessage(), 0, 0);
    }
  }

  /** A control may have no position to go by: its tables say when nothing comes any more. */
  private void awaitTablesAtRest() throws InterruptedException {
    long deadlineNs = System.nanoTime() + REST_LIMIT.toNanos();
    Optional<Long> last = Optional.empty();
    long sinceNs = System.nanoTime();
    while (System.nanoTime() - sinceNs < QUIET.toNanos() || last.isEmpty()) {
      if (System.nanoTime() > deadlineNs) {
        throw new UserException("The tables did not come to rest");
      }
      Optional<Long> now = flow.number(ROWS);
      if (!now.equals(last)) {
        last = now;
        sinceNs = System.nanoTime();
      }
      cluster.tendSink();
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    }
  }

  /** No transaction is open: a reader of committed records sees as far as any other. */
  private Check nothingOpen() throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Map<TopicPartition, String> open = Map.of();
    do {
      Optional<Map<TopicPartition, String>> seen = open();
      if (seen.isPresent()) {
        open = seen.get();
        if (open.isEmpty()) {
          return new Check(
              "open-transaction", true, "none: last stable offsets are the ends", 0, 0);
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } while (System.nanoTime() < deadlineNs);
    return new Check("open-transaction", false, "committed end and end differ: " + open, 0, 0);
  }

  private Optional<Map<TopicPartition, String>> open() {
    Map<TopicPartition, OffsetSpec> latest =
        Topics.ALL.stream()
            .flatMap(
                topic ->
                    IntStream.range(0, cluster.shape().partitions())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
            .collect(Collectors.toMap(each -> each, any -> OffsetSpec.latest()));
    return ends(latest, IsolationLevel.READ_COMMITTED)
        .flatMap(
            committed ->
                ends(latest, IsolationLevel.READ_UNCOMMITTED)
                    .map(
                        all ->
                            all.entrySet().stream()
                                .filter(
                                    end ->
                                        committed.get(end.getKey()).offset()
                                            != end.getValue().offset())
                                .collect(
                                    Collectors.toMap(
                                        Map.Entry::getKey,
                                        end ->
                                            committed.get(end.getKey()).offset()
                                                + " of "
                                                + end.getValue().offset()))));
  }

  private Optional<Map<TopicPartition, ListOffsetsResultInfo>> ends(
      Map<TopicPartition, OffsetSpec> latest, IsolationLevel isolation) {
    return Flow.answer(flow.admin().listOffsets(latest, new ListOffsetsOptions(isolation)).all());
  }
}
