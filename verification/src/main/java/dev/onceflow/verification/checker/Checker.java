package dev.onceflow.verification.checker;

import java.util.HashMap;
import java.util.Map;

/**
 * Judges a run: works out from its input what every effect must be, and compares that with what
 * stands. A pure function of the history; simple, and slow where that makes it simpler. It shares
 * no code with the job and the sink but for the contracts in schemas.
 *
 * <p>Memory: some 500 bytes for each record of the input, and little for what is compared with it.
 */
public final class Checker {
  private Checker() {}

  /** What is to be said of a run. */
  public static Judgement judge(History history) {
    Findings findings = new Findings(Findings.NAMED_MAX);
    Expectations expected = Expectations.of(history);
    numbers(expected, findings);
    Map<String, Long> fences = history.tables().map(Tables::fences).orElse(Map.of());
    history
        .outputs()
        .ifPresent(outputs -> new OutputChecks(expected, history, findings).check(outputs, fences));
    history
        .tables()
        .ifPresent(tables -> new TableChecks(expected, history, findings).check(tables));
    StateChecks states = new StateChecks(expected, history, findings);
    history.changelogs().ifPresent(states::check);
    states.check(history.answers());
    new LogChecks(history, findings).check();
    new RunChecks(history, findings).check();
    return findings.judgement();
  }

  private static void numbers(Expectations expected, Findings findings) {
    Map<Verdict, Long> verdicts = new HashMap<>();
    for (Expectations.Read read : expected.read().values()) {
      findings.number("input", read.records());
      findings.number("input not read", read.unread());
      for (Verdict verdict : Verdict.values()) {
        verdicts.merge(verdict, read.of(verdict), Long::sum);
      }
    }
    verdicts.forEach((verdict, records) -> findings.number("input " + verdict, records));
    expected.reasons().forEach((reason, records) -> findings.number("input " + reason, records));
    findings.number("entries", expected.entries().records().size());
  }
}
