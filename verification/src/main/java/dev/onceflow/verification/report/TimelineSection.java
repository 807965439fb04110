package dev.onceflow.verification.report;

/** The run over time: as a whole, and closer in parts where it is long. */
final class TimelineSection {
  private static final double CLOSE_UP_SECONDS = 1_800;

  private final ChaosReport report;
  private final RunTime time;
  private final PageParts page;
  private final Markup html;

  TimelineSection(ChaosReport report, RunTime time, PageParts page) {
    this.report = report;
    this.time = time;
    this.page = page;
    this.html = page.html();
  }

  void overview() {
    page.section("timeline", "Timeline");
    if (time.seconds() <= 0) {
      html.element("p", "Nothing ran, so there is nothing to draw.");
      return;
    }
    boolean closeEnough = time.seconds() <= CLOSE_UP_SECONDS;
    Timeline.Size size = closeEnough ? Timeline.Size.CLOSE : Timeline.Size.OVERVIEW;
    legend(size);
    figure(0, time.seconds(), size, "The run");
    html.element(
        "p",
        "The legs stand one behind the other, without the pauses between them. A line is the average"
            + " of neighbouring readings, the band around it reaches from the least to the greatest"
            + " of them; lag is drawn at its greatest. A gap is a time in which nothing could be read."
            + " The same figures stand in a table below.",
        "class",
        "soft");
  }

  void closeUps() {
    if (time.seconds() <= CLOSE_UP_SECONDS) {
      return;
    }
    page.section("close-ups", "Timeline, closer");
    html.element(
        "p",
        "Each fault with the number of its kind; it leads to its row in the table of faults.",
        "class",
        "soft");
    legend(Timeline.Size.CLOSE);
    int parts = (int) Math.ceil(time.seconds() / CLOSE_UP_SECONDS - 1e-6);
    double length = time.seconds() / parts;
    for (int i = 0; i < parts; i++) {
      double from = i * length;
      double to = (i + 1) * length;
      html.element("h3", "%s to %s".formatted(Figures.clock(from), Figures.clock(to)));
      figure(from, to, Timeline.Size.CLOSE, "A part of the run,");
    }
  }

  private void legend(Timeline.Size size) {
    html.open("div", "class", "legend");
    sign("fault", "fault");
    if (size.labelled()) {
      sign("bite", "its effect first seen");
    }
    sign("recovery", "lifted, not yet recovered");
    sign("idle", "did not bite");
    sign("stuck", "not recovered from");
    html.close().line();
  }

  private void sign(String style, String words) {
    html.open("span").open("svg", "width", "20", "height", "12", "aria-hidden", "true");
    html.empty("path", "class", style, "d", "bite".equals(style) ? "M10 0v12" : "M1 2h18v8h-18z");
    html.close().words(words).close();
  }

  private void figure(double from, double to, Timeline.Size size, String what) {
    String name =
        "%s from %s to %s: throughput, lag and faults over time"
            .formatted(what, Figures.clock(from), Figures.clock(to));
    html.open("figure").open("div", "class", "plot");
    new Timeline(html, report, time, new TimeAxis(from, to), size).draw(name);
    html.close().close().line();
  }
}
