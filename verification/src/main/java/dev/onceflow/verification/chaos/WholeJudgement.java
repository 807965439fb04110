package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import dev.onceflow.verification.checker.Checker;
import dev.onceflow.verification.checker.Judgement;
import dev.onceflow.verification.checker.Sample;
import dev.onceflow.verification.checker.StoreAnswer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.history.RecordedHistory;
import dev.onceflow.verification.history.RecordedTables;
import dev.onceflow.verification.report.Answer;
import dev.onceflow.verification.report.Check;
import dev.onceflow.verification.report.Deviation;
import dev.onceflow.verification.report.Fault;
import dev.onceflow.verification.report.LeftOut;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole checker's judgement of a run at rest: what stands, what readers saw, what the job says
 * of its stores, faults and what processes held. One thread.
 */
final class WholeJudgement {
  /** So many payments are asked of the job's stores, and the accounts that they move. */
  private static final int QUESTIONS = 150;

  private static final int DEVIATIONS_MAX = 20;

  private final Cluster cluster;
  private final Plan plan;
  private final int leg;
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
  WholeJudgement(Cluster cluster, Plan plan, Watchers watchers) {
    this.cluster = cluster;
    this.plan = plan;
    this.leg = plan.leg();
    this.watchers = watchers;
  }

  /**
   * Judges.
   *
   * @param faults of the run
   * @param load what was sent
   * @param held what processes held during it
   */
  void judge(List<Fault> faults, Load load, List<Sample> held) throws InterruptedException {
    try (RecordedHistory history =
        RecordedHistory.open(
            cluster.clientConfig(),
            Cluster.APPLICATION_ID,
            plan.rules(),
            Optional.of(RecordedTables.open(cluster.jdbcUrl(), Cluster.SINK)))) {
      history.addReaders(watchers.end());
      if (!watchers.areWhole()) {
        checks.add(
            unknown("readers", "one that read along had not come to the logs' ends in its time"));
      }
      history.addAnswers(answers(load));
      history.addFaults(RunFaults.of(faults));
      history.addSamples(held);
      if (faults.stream().anyMatch(RunFaults::mustHaveAborted)) {
        history.expectAborts();
      }
      Judgement judgement = Checker.judge(history);
      judgement.checks().forEach((check, looked) -> note(check, looked, judgement));
      lost = judgement.lostEffects();
      twice = judgement.twiceEffects();
    } catch (SQLException e) {
      throw new UserException("The tables can't be read: " + e.getMessage(), e);
    }
  }

  private List<StoreAnswer> answers(Load load) throws InterruptedException {
    StoreQuestions questions = new StoreQuestions(cluster.jobs());
    List<StoreAnswer> answers = questions.ask(load.some(QUESTIONS, plan.loadSeed()));
    if (questions.unanswered() > 0) {
      checks.add(
          unknown(
              "store-answers",
              "no job answered for %d of %d keys"
                  .formatted(questions.unanswered(), questions.unanswered() + answers.size())));
    }
    return answers;
  }

  private Check unknown(String name, String why) {
    return new Check(leg, name, Answer.UNKNOWN, Map.of(), 0, List.of(), why);
  }

  // Without something to look at, nothing is known of effects; of the run, only that part isn't.
  private void noteNothing(dev.onceflow.verification.checker.Check check) {
    if (check.isAboutEffects()) {
      checks.add(unknown(check.text(), "it had nothing to look at"));
    } else {
      leftOut.add(LeftOut.check(check.text(), whyNothing(check)));
    }
  }

  private static String whyNothing(dev.onceflow.verification.checker.Check check) {
    return switch (check) {
      case GROWTH -> "no process was watched for ten minutes without a restart";
      case ABORTED_SEEN -> "no fault struck that must abort a transaction";
      default -> "it had nothing to look at";
    };
  }

  private void note(
      dev.onceflow.verification.checker.Check check, Judgement.Looked looked, Judgement judgement) {
    if (looked.things() == 0) {
      noteNothing(check);
      return;
    }
    if (check == dev.onceflow.verification.checker.Check.LOST) {
      effects = looked.things();
    } else if (check.isAboutEffects() && check != dev.onceflow.verification.checker.Check.TWICE) {
      other += looked.deviations();
    }
    List<Deviation> deviations =
        judgement.findings().stream()
            .filter(finding -> finding.check() == check)
            .limit(DEVIATIONS_MAX)
            .map(
                finding ->
                    new Deviation(
                        finding.subject(),
                        finding.expected(),
                        finding.found(),
                        finding.place() + ' ' + finding.coordinates()))
            .toList();
    boolean held = looked.deviations() == 0;
    checks.add(
        new Check(
            leg,
            check.text(),
            held ? Answer.VALID : check.isAboutEffects() ? Answer.INVALID : Answer.UNKNOWN,
            Map.of("looked at", looked.things()),
            looked.deviations(),
            deviations,
            held
                ? null
                : "%,d of %,d, such as %s"
                    .formatted(
                        looked.deviations(),
                        looked.things(),
                        deviations.isEmpty() ? "none named" : deviations.get(0).inWords())));
  }

  /** What each check says. */
  List<Check> checks() {
    return List.copyOf(checks);
  }

  /** Checks of the run itself that had nothing to look at. */
  List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  /** How many effects must stand, in topics and tables. */
  long effects() {
    return effects;
  }

  /** How many of them don't. */
  long lost() {
    return lost;
  }

  /** How many stand once more. */
  long twice() {
    return twice;
  }

  /** Deviations of other sorts, of effects. */
  long other() {
    return other;
  }
}
