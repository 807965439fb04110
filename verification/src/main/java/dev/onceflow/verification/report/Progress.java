package dev.onceflow.verification.report;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;

/**
 * Lines of text while a run goes on, each with the time since its leg began. Not thread-safe: one
 * thread tells the story. A line is out before the call returns, so that a run that is killed
 * leaves all that it said.
 */
public final class Progress {
  private static final int BITE_MAX = 120;

  private final PrintWriter out;
  private final Leg leg;
  private int struck;
  private int bitten;
  private int recovered;
  private Sample last;

  /**
   * For one leg.
   *
   * @param out where the lines go
   * @param leg the leg; only its beginning counts
   */
  public Progress(PrintWriter out, Leg leg) {
    this.out = out;
    this.leg = leg;
  }

  /** The leg begins. */
  public void begins(Run run) {
    line(
        0,
        "leg %d, %s, begins: seed %d, %s"
            .formatted(leg.number(), leg.phase(), run.seed(), run.title()));
  }

  /** A fault was ordered. */
  public void struck(Fault fault) {
    struck++;
    line(since(fault.struckAt()), named(fault) + " strikes");
  }

  /** A fault is over: it bit or not, was recovered from or not. */
  public void settled(Fault fault) {
    bitten += fault.bitten() ? 1 : 0;
    recovered += fault.recoveryMs() == null ? 0 : 1;
    Instant now =
        fault.recovered()
            ? fault.recoveredAt()
            : fault.endedAt() == null ? fault.struckAt() : fault.endedAt();
    String bite = Figures.cut(Figures.visible(fault.bite()), BITE_MAX);
    if (!fault.bitten()) {
      line(since(now), named(fault) + " DID NOT BITE: " + bite);
    } else if (fault.recovered()) {
      line(
          since(now),
          "%s recovered in %s: %s".formatted(named(fault), Figures.span(fault.recoveryMs()), bite));
    } else {
      line(since(now), named(fault) + " NOT RECOVERED: " + bite);
    }
  }

  /** Rates since the sample told before, lag, and faults so far; for every half minute or so. */
  public void sample(Sample sample) {
    line(
        sample.second(),
        "input %s, job %s, sink %s; lag job %s, sink %s; %s, %d bit, %d recovered"
            .formatted(
                rate(sample, last == null ? null : last.inputWritten(), sample.inputWritten()),
                rate(
                    sample,
                    last == null ? null : last.entriesCommitted(),
                    sample.entriesCommitted()),
                rate(sample, last == null ? null : last.rowsInDatabase(), sample.rowsInDatabase()),
                lag(sample.jobLag()),
                lag(sample.sinkLag()),
                Figures.count(struck, "fault"),
                bitten,
                recovered));
    last = sample;
  }

  /** A check has an answer. */
  public void checked(Check check, double second) {
    line(
        second,
        "check %s: %s%s"
            .formatted(
                check.name(),
                Figures.name(check.answer()),
                check.deviations() == 0
                    ? ""
                    : ", " + Figures.count(check.deviations(), "deviation")));
  }

  /** A mode has been judged. */
  public void judged(ModeResult mode, double second) {
    line(
        second,
        "%s%s: %s lost, %s twice, %s other: %s"
            .formatted(
                mode.control() ? "control " : "",
                Figures.name(mode.mode()),
                Figures.count(mode.lost()),
                Figures.count(mode.twice()),
                Figures.count(mode.other()),
                new ModeRow(mode, 1, mode.asItMust() ? 1 : 0).outcome()));
  }

  /** Anything else worth a line. */
  public void says(double second, String words) {
    line(second, words);
  }

  private String rate(Sample sample, Long before, Long now) {
    if (last == null || before == null || now == null || sample.second() <= last.second()) {
      return "?";
    }
    return Figures.rate(Math.max(0, now - before) / (sample.second() - last.second())) + "/s";
  }

  private static String lag(Long records) {
    return records == null ? "?" : Figures.count(records);
  }

  private static String named(Fault fault) {
    return "%d %s".formatted(fault.number(), fault.kind());
  }

  private double since(Instant moment) {
    return Math.max(0, Duration.between(leg.startedAt(), moment).toMillis() / 1_000.0);
  }

  private void line(double second, String words) {
    out.println(Figures.clock(second) + "  " + Figures.visible(words));
    out.flush();
  }
}
