package dev.onceflow.benchmarks.replay;

import dev.onceflow.benchmarks.replay.Kill.Half;
import dev.onceflow.benchmarks.replay.Kill.Victim;
import dev.onceflow.benchmarks.replay.Target.Standing;
import dev.onceflow.cli.UserException;
import dev.onceflow.local.connect.ConnectWorker;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * A replay whose command is killed again and again, and the Connect worker once; the same command
 * is begun anew each time. Its rate leaves time for the kills; behind the last one there is none.
 */
final class KilledReplay {
  /**
   * What is done to it.
   *
   * @param command begins it
   * @param kills in their order
   * @param outputsPerSecond the rate of its second half, if the first one has another
   */
  record Course(Supplier<CommandRun> command, List<Kill> kills, long outputsPerSecond) {}

  private final Stage stage;
  private final Target target;
  private final Findings findings;
  private final JobWatch job;
  private final Course course;

  /** What was passed at the last kill of this half; the next one comes behind it. */
  private long killedAt;

  KilledReplay(Stage stage, JobWatch job, Course course) {
    this.stage = stage;
    this.target = stage.target();
    this.findings = stage.findings();
    this.job = job;
    this.course = course;
  }

  /**
   * Runs it to its end.
   *
   * @return which replay it was
   */
  Standing run() throws Exception {
    Half half = course.kills().get(0).half();
    CommandRun command = course.command().get();
    try {
      for (Kill kill : course.kills()) {
        if (kill.half() != half) {
          half = kill.half();
          killedAt = 0;
          limit(Long.toString(course.outputsPerSecond()));
        }
        awaitDriven(command, half, kill.share());
        if (kill.victim() == Victim.WORKER) {
          killWorker(kill);
        } else {
          command.kill();
          note(kill);
          command = course.command().get();
        }
      }
      awaitDriven(command, half, 0);
      Standing standing = standing();
      limit("none");
      int code = command.ended(Stage.LIMIT);
      findings.check("the last command says that nothing is missing: exit code " + code, code == 0);
      if (code != 0) {
        findings.step(command.text());
      }
      checkOver(standing);
      return standing;
    } finally {
      command.close();
    }
  }

  private void limit(String rate) throws Exception {
    stage.changeReplay("rate", Long.toString(standing().id()), rate);
    findings.step("the replay's limit is %s from now on".formatted(rate));
  }

  /** Until the replay has come so far, and this command drives it. */
  private void awaitDriven(CommandRun command, Half half, double share) throws Exception {
    Waiting.until(
        "the replay, %s, has come to %.0f %%".formatted(half.state(), share * 100),
        Stage.LIMIT,
        () -> {
          if (!command.runs()) {
            throw new IllegalStateException("the replay has ended: " + command.text());
          }
          Optional<Standing> standing = target.replay();
          return standing.isPresent() && isDriven(standing.get(), half, share);
        });
  }

  private boolean isDriven(Standing now, Half half, double share) throws Exception {
    if (half == Half.JOB && !now.state().equals(half.state())) {
      throw new IllegalStateException(
          "The job's run was over before it could be killed: give more --events");
    }
    if (!now.isDriven() || !now.state().equals(half.state())) {
      return false;
    }
    long passed = passed(now, half);
    return passed > killedAt && passed >= share * now.size();
  }

  private long passed(Standing now, Half half) throws Exception {
    return half == Half.JOB ? job.read(JobWatch.application(now.run())) : now.done();
  }

  private void killWorker(Kill kill) throws Exception {
    ConnectWorker worker = stage.pipeline().worker();
    worker.process().kill();
    note(kill);
    worker.restart();
  }

  private void note(Kill kill) throws Exception {
    Standing now = standing();
    long passed = passed(now, kill.half());
    findings.check(
        "%s was killed in the middle: at %,d of %,d offsets, the replay %s"
            .formatted(kill.victim(), passed, now.size(), now.state()),
        passed > 0 && passed < now.size() && now.state().equals(kill.half().state()));
    if (kill.half() == Half.JOB && killedAt == 0) {
      JobWatch.Own own = job.own(now.run());
      findings.check(
          "until its end it has topics, a group and a state directory of its own: " + own,
          own.isComplete());
    }
    killedAt = passed;
  }

  private Standing standing() throws SQLException {
    Optional<Standing> standing = target.replay();
    return standing.orElseThrow(() -> new IllegalStateException("there is no replay"));
  }

  private void checkOver(Standing over) throws Exception {
    findings.check(
        "all commands were one replay, and it is done",
        target
            .text("SELECT string_agg(id || ' ' || state, ', ') FROM onceflow.replays")
            .equals(over.id() + " done"));
    findings.check(
        "nothing of it is left: no fence, no connector",
        target.number("SELECT count(*) FROM onceflow.fence WHERE run <> ''") == 0
            && isGone(
                () -> stage.pipeline().worker().status(Stage.SINK + "-replay-" + over.run())));
    JobWatch.Own own = job.own(over.run());
    findings.check("and of a run of the job: " + own, own.isNothing());
    findings.figure(
        "replay seconds, limited until the last kill",
        Double.parseDouble(
            target.text(
                "SELECT extract(epoch FROM finished_at - started_at) FROM onceflow.replays WHERE id = "
                    + over.id())));
  }

  private static boolean isGone(Callable<?> asked) throws Exception {
    try {
      asked.call();
      return false;
    } catch (UserException e) {
      return e.getMessage().contains("404");
    }
  }
}
