package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.up.PaymentsFlow;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Effects;
import dev.onceflow.verification.checker.Finding;
import dev.onceflow.verification.checker.Judgement;
import dev.onceflow.verification.checker.Sample;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Mode;
import dev.onceflow.verification.history.RecordedEffects;
import dev.onceflow.verification.history.RecordedInput;
import dev.onceflow.verification.history.RecordedOutputs;
import dev.onceflow.verification.report.Answer;
import dev.onceflow.verification.report.Check;
import dev.onceflow.verification.report.Deviation;
import dev.onceflow.verification.report.Fault;
import dev.onceflow.verification.report.LeftOut;
import dev.onceflow.verification.report.ModeResult;
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

  /** Facts of single effects begin so; all others are sums of many. */
  private static final List<String> EFFECTS = List.of("entry ", "set aside ");

  private static final int DEVIATIONS_MAX = 20;

  private final Cluster cluster;
  private final Flow flow;
  private final int leg;
  private final Plan plan;
  private final Watchers watchers;
  private final List<Check> checks = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private long effects;
  private long lost;
  private long twice;
  private long other;

  /**
   * @param watchers have read along since the run began
   */
  Endgame(Cluster cluster, Flow flow, Plan plan, Watchers watchers) {
    this.cluster = cluster;
    this.flow = flow;
    this.leg = plan.leg();
    this.plan = plan;
    this.watchers = watchers;
  }

  /** Waits until all that was sent has gone the whole way; that it did is the first check. */
  void awaitRest() throws InterruptedException {
    checks.add(cameToRest());
  }

  /**
   * Judges: everything that stands against everything that must.
   *
   * @param faults of the run
   * @param load what was sent
   * @param held what processes held during it
   */
  void judge(List<Fault> faults, Load load, List<Sample> held) throws InterruptedException {
    checks.add(nobodyWasNeeded());
    if (cluster.mode() == Mode.EXACTLY_ONCE) {
      checks.add(SinkDeadLetters.check(leg, cluster.jdbcUrl()));
      judgeWhole(faults, load, held);
    } else {
      judgeEffects();
    }
  }

  /** All that the checker knows to look at. */
  private void judgeWhole(List<Fault> faults, Load load, List<Sample> held)
      throws InterruptedException {
    WholeJudgement whole = new WholeJudgement(cluster, plan, watchers);
    whole.judge(faults, load, held);
    checks.addAll(whole.checks());
    leftOut.addAll(whole.leftOut());
    effects = whole.effects();
    lost = whole.lost();
    twice = whole.twice();
    other = whole.other();
  }

  /** Checks of the run itself that had nothing to look at, and so say nothing. */
  List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  /** A control has no positions to go by: effects are counted as they stand. */
  private void judgeEffects() throws InterruptedException {
    checks.add(nothingOpen());
    RecordedInput input = new RecordedInput(cluster.clientConfig());
    note(
        "topics",
        input.expectedOfTheJob(),
        new RecordedOutputs(cluster.clientConfig(), Cluster.VERDICTS_TOPIC).read());
    try {
      note("tables", input.expectedInTables(), RecordedEffects.in(cluster.jdbcUrl()));
    } catch (SQLException e) {
      throw new UserException("The tables can't be read: " + e.getMessage(), e);
    }
  }

  private void note(String name, Effects expected, Effects found) {
    Judgement judgement = Judgement.of(expected, found);
    effects += expected.facts().size();
    for (Finding finding : judgement.findings()) {
      boolean isEffect = EFFECTS.stream().anyMatch(finding.subject()::startsWith);
      if (isEffect && finding.check() == dev.onceflow.verification.checker.Check.LOST) {
        lost++;
      } else if (isEffect && finding.check() == dev.onceflow.verification.checker.Check.TWICE) {
        twice++;
      } else {
        other++;
      }
    }
    List<Deviation> deviations = new ArrayList<>();
    judgement.missing().stream()
        .limit(DEVIATIONS_MAX)
        .forEach(fact -> deviations.add(new Deviation(fact, "once", "not there", name)));
    judgement.surplus().stream()
        .limit(DEVIATIONS_MAX)
        .forEach(fact -> deviations.add(new Deviation(fact, "once, or not", "too often", name)));
    checks.add(
        new Check(
            leg,
            name,
            judgement.isExactlyOnce() ? Answer.VALID : Answer.INVALID,
            Map.of("effects compared", (long) expected.facts().size()),
            judgement.missing().size() + judgement.surplus().size(),
            deviations,
            "%s; %s"
                .formatted(
                    some(judgement.missing(), "not there"),
                    some(judgement.surplus(), "too often or not asked for"))));
  }

  private static String some(List<String> facts, String what) {
    return "%,d %s%s"
        .formatted(facts.size(), what, facts.isEmpty() ? "" : ", such as " + facts.get(0));
  }

  /** What each check says. */
  List<Check> checks() {
    return List.copyOf(checks);
  }

  /** The same, counted by effects. */
  ModeResult counted() {
    Answer answer = Outcome.answer(checks);
    List<String> caughtBy =
        checks.stream().filter(check -> check.answer() == Answer.INVALID).map(Check::name).toList();
    return new ModeResult(
        leg,
        cluster.mode().name(),
        cluster.mode().description(),
        cluster.mode().isControl(),
        answer,
        effects,
        lost,
        twice,
        other,
        caughtBy,
        checks.stream()
            .filter(check -> check.answer() == Answer.INVALID)
            .map(Check::note)
            .findFirst()
            .orElse(null));
  }

  private Check check(String name, boolean held, String note) {
    return new Check(
        leg, name, held ? Answer.VALID : Answer.INVALID, Map.of(), held ? 0 : 1, List.of(), note);
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
      return check("rest", true, "all records have gone the whole way");
    } catch (UserException e) {
      return check("rest", false, e.getMessage());
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

  /** Whatever is down comes back by itself, but a task that has failed waits for somebody. */
  private Check nobodyWasNeeded() {
    List<String> failed = cluster.failedTasks();
    return check(
        "unattended",
        failed.isEmpty(),
        failed.isEmpty()
            ? "no task of the sink had to be started by hand"
            : "%d times a task of the sink had to be started by hand: %s"
                .formatted(failed.size(), failed));
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
          return check("open-transaction", true, "none: last stable offsets are the ends");
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } while (System.nanoTime() < deadlineNs);
    return check("open-transaction", false, "committed end and end differ: " + open);
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
