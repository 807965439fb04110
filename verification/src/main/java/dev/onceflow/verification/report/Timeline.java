package dev.onceflow.verification.report;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A picture of a part of a run: legs with their answers, throughput and lag one above the other,
 * below them the faults in lanes by group, all over the same time.
 *
 * <p>Everything along the time is in parts of the picture's width, so it fits a page of any width
 * while its letters keep their size. Names of axes stand left of the picture and a label may end
 * right of it, in room that the page leaves there.
 */
final class Timeline {
  private static final double LABEL = 19;
  private static final double GAP = 3;
  private static final int STRIP_TITLE = 15;
  private static final int STRIP_GAP = 8;
  private static final int LEGS = 38;
  private static final int LANES_TITLE = 19;
  private static final int AXIS = 34;

  private final Markup page;
  private final ChaosReport report;
  private final RunTime time;
  private final TimeAxis axis;
  private final Size size;
  private final List<Leg> legs;
  private final List<FaultLane> lanes;
  private int y;

  /**
   * How much a picture shows.
   *
   * @param stripHeight of throughput and lag each, in pixels
   * @param rowHeight of a row of faults
   * @param pointsMax of each strip
   * @param labelled whether each fault bears its kind's number and leads to its row on the page
   */
  record Size(int stripHeight, int rowHeight, int pointsMax, boolean labelled) {
    static final Size OVERVIEW = new Size(46, 9, 360, false);
    static final Size CLOSE = new Size(30, 13, 100, true);
  }

  /** Draws nothing yet. */
  Timeline(Markup page, ChaosReport report, RunTime time, TimeAxis axis, Size size) {
    this.page = page;
    this.report = report;
    this.time = time;
    this.axis = axis;
    this.size = size;
    legs =
        report.legs().stream()
            .filter(leg -> time.end(leg) > axis.from() && time.start(leg) < axis.to())
            .toList();
    lanes =
        FaultLane.of(
            time,
            report.faults().stream()
                .filter(fault -> FaultLane.over(time, fault) >= axis.from())
                .filter(fault -> time.struck(fault) < axis.to())
                .toList(),
            axis.secondsOf(size.labelled() ? LABEL + GAP : GAP));
  }

  /**
   * Draws the picture.
   *
   * @param name what it is called for those who don't see it
   */
  void draw(String name) {
    int bottom = bottom();
    page.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "width",
        "100%",
        "height",
        Integer.toString(bottom + AXIS),
        "role",
        size.labelled() ? "group" : "img",
        "aria-label",
        name);
    ticks(bottom);
    for (Leg leg : legs) {
      if (time.start(leg) > axis.from()) {
        vertical("cut", axis.percent(time.start(leg)), 17, bottom);
      }
    }
    phases();
    y = LEGS;
    Thinning thinning = new Thinning(time, report.samples());
    for (Reading reading : Reading.values()) {
      strip(reading, thinning.points(reading, axis.from(), axis.to(), size.pointsMax()));
    }
    faults();
    page.close();
  }

  private int bottom() {
    int strips = Reading.values().length * (STRIP_TITLE + size.stripHeight() + STRIP_GAP);
    int rows = lanes.stream().mapToInt(this::laneHeight).sum();
    return LEGS + strips + (lanes.isEmpty() ? 0 : LANES_TITLE + rows);
  }

  private void ticks(int bottom) {
    int step = axis.tickSeconds();
    boolean minutes = step % 60 == 0;
    for (double at = Math.ceil(axis.from() / step) * step; at <= axis.to() + 1e-6; at += step) {
      String x = axis.percent(at);
      vertical("grid", x, LEGS, bottom);
      String anchor = axis.part(at) < 0.02 ? "start" : axis.part(at) > 0.97 ? "end" : "middle";
      String clock = Figures.clock(at);
      text(x, bottom + 14, minutes ? clock.substring(0, clock.length() - 3) : clock, "t", anchor);
    }
    String unit = minutes ? "hours:minutes" : "hours:minutes:seconds";
    text("50%", bottom + 29, "run time, " + unit, "t m", "middle");
  }

  /** Spans of legs of one phase with its name, and below each leg's number and answer. */
  private void phases() {
    for (int i = 0; i < legs.size(); ) {
      int last = i;
      while (last + 1 < legs.size()
          && Objects.equals(legs.get(last + 1).phase(), legs.get(i).phase())) {
        last++;
      }
      double start = time.start(legs.get(i));
      double end = time.end(legs.get(last));
      int letters = axis.letters(start, end);
      if (letters >= 3) {
        text(
            middle(start, end),
            12,
            Figures.cut(Figures.visible(legs.get(i).phase()), letters),
            "t b",
            "middle");
      }
      i = last + 1;
    }
    legs.forEach(this::leg);
  }

  private void leg(Leg leg) {
    double start = time.start(leg);
    double end = time.end(leg);
    Answer answer = answer(leg);
    page.empty(
        "rect",
        "class",
        "leg " + Figures.name(answer),
        "x",
        axis.percent(start),
        "width",
        axis.width(start, end),
        "y",
        "17",
        "height",
        "16",
        "rx",
        "2");
    String whole = "leg %d %s".formatted(leg.number(), words(leg, answer));
    String sign = leg.number() + " " + sign(answer);
    int letters = axis.letters(start, end);
    if (letters >= sign.length()) {
      text(middle(start, end), 29, letters >= whole.length() ? whole : sign, "on", "middle");
    }
  }

  /** A control's leg says whether it was caught: a green "valid" would say the opposite. */
  private String words(Leg leg, Answer answer) {
    return control(leg).isEmpty()
        ? Figures.name(answer)
        : answer == Answer.VALID ? "caught" : "not caught";
  }

  private List<ModeResult> control(Leg leg) {
    return report.modes().stream()
        .filter(mode -> mode.control() && mode.leg() == leg.number())
        .toList();
  }

  /**
   * What the checks of this leg said, of a control's whether it was caught; if it has none of its
   * own, those of the whole run.
   */
  private Answer answer(Leg leg) {
    List<ModeResult> controls = control(leg);
    Answer judged =
        controls.isEmpty()
            ? answer(leg.number()).or(() -> answer(0)).orElse(Answer.UNKNOWN)
            : controls.stream().allMatch(ModeResult::asItMust) ? Answer.VALID : Answer.UNKNOWN;
    return leg.interruption() == null ? judged : judged.and(Answer.UNKNOWN);
  }

  private Optional<Answer> answer(int leg) {
    return report.checks().stream()
        .filter(check -> check.leg() == leg)
        .map(Check::answer)
        .reduce(Answer::and);
  }

  private static String sign(Answer answer) {
    return switch (answer) {
      case VALID -> "✓";
      case INVALID -> "✗";
      case UNKNOWN -> "?";
    };
  }

  private void strip(Reading reading, List<Point> points) {
    List<Point> known = points.stream().filter(Point::known).toList();
    double peak = known.stream().mapToDouble(Point::max).max().orElse(0);
    // One second of catching up may be many times the rest: it is named, and drawn up to the edge.
    double highest =
        reading.isRate() ? known.stream().mapToDouble(Point::mean).max().orElse(0) : peak;
    double top = Figures.roundUp(highest);

    page.open("text", "class", "t", "x", "0", "y", Integer.toString(y + 11));
    page.element("tspan", reading.title(), "class", "b");
    page.element(
        "tspan",
        " %s, %s: %s".formatted(reading.what(), reading.unit(), summary(known, peak)),
        "class",
        "m");
    page.close();
    int base = y + STRIP_TITLE + size.stripHeight();
    if (!known.isEmpty()) {
      gutter(y + STRIP_TITLE + 9, Figures.rate(top));
    }
    gutter(base, "0");
    plot(reading, new StripPath(axis, top, points));
    across("axis", base);
    y = base + STRIP_GAP;
  }

  private static String summary(List<Point> known, double peak) {
    if (known.isEmpty()) {
      return "no readings";
    }
    double seconds = known.stream().mapToDouble(Point::seconds).sum();
    double sum = known.stream().mapToDouble(point -> point.mean() * point.seconds()).sum();
    return "mean %s, highest %s"
        .formatted(Figures.rate(sum / Math.max(seconds, 1e-3)), Figures.rate(peak));
  }

  private void plot(Reading reading, StripPath path) {
    inner(y + STRIP_TITLE, size.stripHeight(), StripPath.HEIGHT);
    String name = Figures.name(reading.name());
    if (reading.isRate()) {
      page.empty("path", "class", "band " + name, "d", path.band());
      page.empty("path", "class", "line " + name, "d", path.line());
    } else {
      page.empty("path", "class", "area " + name, "d", path.area());
    }
    page.close();
  }

  private void faults() {
    if (lanes.isEmpty()) {
      return;
    }
    page.open("text", "class", "t", "x", "0", "y", Integer.toString(y + 11));
    page.element("tspan", "Faults", "class", "b");
    String by = size.labelled() ? " by group, with the number of their kind" : " by group";
    page.element("tspan", by, "class", "m");
    page.close();
    y += LANES_TITLE;
    for (FaultLane lane : lanes) {
      int height = laneHeight(lane);
      gutter(y + height / 2 + 4, Figures.cut(Figures.visible(lane.title()), 14));
      across("grid", y + height - 1);
      inner(y, height, height);
      bars(lane);
      page.close();
      if (size.labelled()) {
        labels(lane);
      }
      y += height;
    }
  }

  private int laneHeight(FaultLane lane) {
    return Math.max(13, lane.rows().size() * size.rowHeight() + 4);
  }

  private void bars(FaultLane lane) {
    FaultBars bars = new FaultBars(time, axis, size.labelled());
    for (int row = 0; row < lane.rows().size(); row++) {
      for (Fault fault : lane.rows().get(row)) {
        bars.add(fault, row * size.rowHeight() + 4, size.rowHeight() - 4);
      }
    }
    bars.draw(page);
  }

  private void labels(FaultLane lane) {
    for (int row = 0; row < lane.rows().size(); row++) {
      for (Fault fault : lane.rows().get(row)) {
        page.open("a", "href", "#" + anchor(fault));
        page.element(
            "text",
            Integer.toString(fault.number()),
            "x",
            axis.percent(FaultLane.over(time, fault)),
            "dx",
            "4",
            "y",
            Integer.toString(y + (row + 1) * size.rowHeight()));
        page.close();
      }
    }
  }

  /** Where a fault's row on the page is; where not all have one, the table. */
  private String anchor(Fault fault) {
    return report.faults().size() > FaultsSection.ROWS_MAX
        ? "faults"
        : "f" + (report.faults().indexOf(fault) + 1);
  }

  /** A part of the picture with coordinates of its own, drawn out to the whole width. */
  private void inner(int top, int height, int heightInside) {
    page.open(
        "svg",
        "y",
        Integer.toString(top),
        "width",
        "100%",
        "height",
        Integer.toString(height),
        "viewBox",
        "0 0 %d %d".formatted(TimeAxis.GRID, heightInside),
        "preserveAspectRatio",
        "none");
  }

  private String middle(double start, double end) {
    return axis.percent((Math.max(start, axis.from()) + Math.min(end, axis.to())) / 2);
  }

  private void across(String style, int at) {
    String level = at + ".5";
    page.empty("line", "class", style, "x1", "0", "x2", "100%", "y1", level, "y2", level);
  }

  private void vertical(String style, String x, int top, int bottom) {
    page.empty(
        "line",
        "class",
        style,
        "x1",
        x,
        "x2",
        x,
        "y1",
        Integer.toString(top),
        "y2",
        Integer.toString(bottom));
  }

  private void gutter(int baseline, String words) {
    text("-7", baseline, words, "t m", "end");
  }

  private void text(String x, int baseline, String words, String style, String anchor) {
    page.element(
        "text",
        words,
        "class",
        style,
        "x",
        x,
        "y",
        Integer.toString(baseline),
        "text-anchor",
        anchor);
  }
}
