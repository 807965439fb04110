package dev.onceflow.verification.report;

/**
 * Bars of faults as few paths, one for each look: hundreds of bars by themselves would weigh more
 * than all the rest of a page.
 */
final class FaultBars {
  private final RunTime time;
  private final TimeAxis axis;
  private final boolean withBites;
  private final StringBuilder bitten = new StringBuilder();
  private final StringBuilder idle = new StringBuilder();
  private final StringBuilder recovery = new StringBuilder();
  private final StringBuilder stuck = new StringBuilder();
  private final StringBuilder bites = new StringBuilder();

  /**
   * None yet.
   *
   * @param withBites whether there is room for a stroke where an effect was first seen
   */
  FaultBars(RunTime time, TimeAxis axis, boolean withBites) {
    this.time = time;
    this.axis = axis;
    this.withBites = withBites;
  }

  /** A fault from its strike to its end, and what came of it. */
  void add(Fault fault, int top, int height) {
    double struck = time.struck(fault);
    double ended = time.ended(fault);
    bar(fault.bitten() ? bitten : idle, struck, ended, top, height);
    if (!fault.bitten()) {
      return;
    }
    if (!fault.recovered()) {
      double from = fault.endedAt() == null ? time.bitten(fault) : ended;
      bar(stuck, from, time.recovered(fault), top, height);
    } else if (time.recovered(fault) > ended) {
      bar(recovery, ended, time.recovered(fault), top + 1, height - 2);
    }
    if (withBites && axis.holds(time.bitten(fault))) {
      bites.append('M').append(axis.x(time.bitten(fault))).append(' ').append(top - 1);
      bites.append('v').append(height + 2);
    }
  }

  void draw(Markup page) {
    path(page, "fault", bitten);
    path(page, "idle", idle);
    path(page, "recovery", recovery);
    path(page, "stuck", stuck);
    path(page, "bite", bites);
  }

  private void bar(StringBuilder path, double start, double end, int top, int height) {
    long left = axis.x(start);
    path.append('M').append(left).append(' ').append(top).append('H').append(axis.x(end));
    path.append('v').append(height).append('H').append(left).append('z');
  }

  private static void path(Markup page, String style, StringBuilder path) {
    if (!path.isEmpty()) {
      page.empty("path", "class", style, "d", path.toString());
    }
  }
}
