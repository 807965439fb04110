package dev.onceflow.verification.report;

import java.util.List;
import java.util.Locale;

/**
 * Where a recovery time stands on a logarithmic scale that all kinds share.
 *
 * @param leastMs the left end; what is shorter stands there, too
 * @param greatestMs the right end
 */
record RecoveryScale(double leastMs, double greatestMs) {
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 16;

  static RecoveryScale of(List<KindRecovery> kinds) {
    double longest =
        kinds.stream()
            .filter(kind -> kind.maxMs() != null)
            .mapToLong(KindRecovery::maxMs)
            .max()
            .orElse(0);
    return new RecoveryScale(100, Math.pow(10, Math.ceil(Math.log10(Math.max(1_000.0, longest)))));
  }

  /** Its ends, in words. */
  String ends() {
    return String.format(
        Locale.ROOT, "from %.1f s to %,.0f s", leastMs / 1_000, greatestMs / 1_000);
  }

  void draw(Markup page, KindRecovery kind) {
    if (kind.recoveriesMs().isEmpty()) {
      return;
    }
    page.open(
        "svg",
        "width",
        "100%",
        "height",
        Integer.toString(HEIGHT),
        "viewBox",
        "0 0 %d %d".formatted(WIDTH, HEIGHT),
        "preserveAspectRatio",
        "none",
        "role",
        "img",
        "aria-label",
        "median %s, maximum %s"
            .formatted(Figures.span(kind.medianMs()), Figures.span(kind.maxMs())));
    StringBuilder decades = new StringBuilder();
    for (double decade = leastMs; decade <= greatestMs; decade *= 10) {
      decades.append('M').append(x(decade)).append(" 0v").append(HEIGHT);
    }
    page.empty("path", "class", "grid", "d", decades.toString());
    // Lines with round ends and no length: dots, whatever the picture's width.
    StringBuilder dots = new StringBuilder();
    for (long recovery : kind.recoveriesMs()) {
      dots.append('M').append(x((double) recovery)).append(" 8h0");
    }
    page.empty("path", "class", "dot", "d", dots.toString());
    page.empty("path", "class", "mid", "d", "M" + x((double) kind.medianMs()) + " 2v12");
    page.close();
  }

  private long x(double ms) {
    double part = Math.log(Math.max(ms, leastMs) / leastMs) / Math.log(greatestMs / leastMs);
    return Math.round(part * WIDTH);
  }
}
