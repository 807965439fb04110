package dev.onceflow.benchmarks.replay;

import java.util.concurrent.TimeUnit;

/**
 * A second run of the job over its whole input, watched to its end. Nothing of it is applied: what
 * would come then is a replay like any other.
 *
 * @param moves of the offsets that it has committed of the input
 * @param seconds from the command's begin to the last of them
 * @param firstMs when it was first seen to have moved, by the wall clock
 * @param lastMs when it was last seen to move
 */
record WatchedRun(Moves moves, double seconds, long firstMs, long lastMs) {
  /** Begins a reprocess without a limit, and returns when it is over and cancelled. */
  static WatchedRun of(Stage stage, JobWatch job) throws Exception {
    try (CommandRun command = stage.reprocess("--no-apply");
        Target.Watch watch = stage.target().watch()) {
      long beganMs = System.currentTimeMillis();
      long beganNs = System.nanoTime();
      Waiting.until(
          "the job is run again",
          Stage.LIMIT,
          () -> {
            if (!command.runs()) {
              throw new IllegalStateException("The reprocess has ended: " + command.text());
            }
            return isReprocessing(watch);
          });
      String application = JobWatch.application(watch.replay().orElseThrow().run());
      Moves moves =
          Moves.until(() -> job.read(application), () -> !command.runs() || !isReprocessing(watch));
      int code = command.ended(Stage.LIMIT);
      if (code != 0) {
        throw new IllegalStateException(
            "The reprocess ended with exit code %d: %s".formatted(code, command.text()));
      }
      // What it has made is taken away by the next one.
      stage.changeReplay("cancel", Long.toString(watch.replay().orElseThrow().id()));
      return new WatchedRun(
          moves,
          (moves.lastNs() - beganNs) / 1e9,
          beganMs + TimeUnit.NANOSECONDS.toMillis(moves.firstNs() - beganNs),
          beganMs + TimeUnit.NANOSECONDS.toMillis(moves.lastNs() - beganNs));
    }
  }

  private static boolean isReprocessing(Target.Watch watch) throws Exception {
    return watch.replay().filter(now -> now.state().equals(Kill.Half.JOB.state())).isPresent();
  }
}
