package dev.onceflow.verification.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A report as one page that needs nothing but itself: no script, no file beside it. It reads on
 * screen, light and dark, and on paper. Well-formed as XML. What was thinned or cut says so; the
 * JSON has it whole.
 */
public final class ReportPage {
  private static final int FINDINGS_MAX = 10;
  private static final int REASONS_MAX = 30;

  /** More faults than these have no row each. */
  static final int FAULT_ROWS_MAX = 500;

  private static final int BITE_MAX = 140;
  private static final int READING_ROWS_MAX = 48;
  private static final double CLOSE_UP_SECONDS = 1_800;

  private final ChaosReport report;
  private final RunTime time;
  private final Thinning thinning;
  private final Markup page = new Markup();

  private ReportPage(ChaosReport report) {
    this.report = report;
    this.time = new RunTime(report.legs());
    this.thinning = new Thinning(time, report.samples());
  }

  /** The page. */
  public static String of(ChaosReport report) {
    return new ReportPage(report).whole();
  }

  /** Writes a file, whole or not at all. */
  public static void write(ChaosReport report, Path file) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.write(partial, of(report).getBytes(StandardCharsets.UTF_8));
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private String whole() {
    page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en").line();
    page.open("head").empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.element("title", "Onceflow chaos: %s, %s".formatted(word(), report.run().title()));
    page.style(css()).close().line();
    page.open("body").line();
    head();
    page.open("main").line();
    modes();
    timeline();
    recovery();
    checks();
    closeUps();
    faults();
    leftOut();
    processes();
    readings();
    setup();
    page.close().line().close().close();
    return "<!DOCTYPE html>\n" + page + "\n";
  }

  private void head() {
    Conclusion conclusion = report.conclusion();
    page.open("header");
    page.element("p", "Onceflow chaos: exactly-once effects under faults", "class", "kicker");
    page.element("h1", report.run().title());
    page.element("p", Headline.length(report) + "; seed " + report.run().seed(), "class", "soft");
    page.open("div", "class", "answer " + Figures.name(conclusion.answer()));
    page.element("p", word(), "class", "word v-" + Figures.name(conclusion.answer()));
    page.element("p", Headline.effects(report) + ".");
    reasons(conclusion.reasons());
    page.close();
    facts();
    page.open("nav");
    for (String[] link :
        new String[][] {
          {"modes", "Modes"},
          {"timeline", "Timeline"},
          {"recovery", "Recovery"},
          {"checks", "Checks"},
          {"faults", "Faults one by one"},
          {"left-out", "Left out"},
          {"readings", "Readings"},
          {"setup", "Setup, and how to repeat it"}
        }) {
      page.element("a", link[1], "href", "#" + link[0]).words(" ");
    }
    page.close().close().line();
  }

  private String word() {
    return switch (report.conclusion().answer()) {
      case VALID -> "Valid";
      case INVALID -> "Invalid";
      case UNKNOWN -> "Unknown";
    };
  }

  private void reasons(List<String> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    page.open("ul");
    reasons.stream().limit(REASONS_MAX).forEach(reason -> page.element("li", reason));
    if (reasons.size() > REASONS_MAX) {
      page.element(
          "li", "and " + Figures.count(reasons.size() - REASONS_MAX) + " more, in the JSON");
    }
    page.close();
  }

  private void facts() {
    long bitten = report.faults().stream().filter(Fault::bitten).count();
    List<Long> recoveries =
        report.faults().stream().map(Fault::recoveryMs).filter(Objects::nonNull).sorted().toList();

    page.open("dl", "class", "facts");
    fact("Run time", Figures.span(report.length()), "");
    fact(
        "Kinds of fault",
        Figures.count(report.faults().stream().map(Fault::kind).distinct().count()),
        "");
    fact("Faults that bit", Figures.count(bitten), "of " + Figures.count(report.faults().size()));
    fact("Recovered from", Figures.count(recoveries.size()), "of " + Figures.count(bitten));
    fact(
        "Median recovery",
        recoveries.isEmpty() ? "–" : Figures.span(Figures.median(recoveries)),
        "");
    fact(
        "Longest recovery",
        recoveries.isEmpty() ? "–" : Figures.span(recoveries.get(recoveries.size() - 1)),
        "");
    page.close();
  }

  private void fact(String name, String figure, String of) {
    page.open("div").element("dt", name).open("dd").words(figure);
    if (!of.isEmpty()) {
      page.words(" ").element("small", of);
    }
    page.close().close();
  }

  private void modes() {
    section("modes", "Modes against lost and duplicated effects");
    List<ModeRow> rows = ModeRow.of(report);
    if (rows.isEmpty()) {
      page.element("p", "No mode was judged.");
      return;
    }
    page.element(
        "p",
        "The same load and the same faults in each mode. A control is a mode that loses or doubles"
            + " effects, or holds a seeded bug: it must be caught, or nobody knows that the checker"
            + " can say no.");
    table(null, "Mode", "r:Effects", "r:Lost", "r:Twice", "r:Other", "Outcome", "What was seen");
    for (ModeRow row : rows) {
      ModeResult sum = row.sum();
      page.open("tr").open("th", "scope", "row");
      page.words(Figures.name(sum.mode()));
      page.close();
      figures(sum.effects(), sum.lost(), sum.twice(), sum.other());
      page.open("td");
      page.element(
          "span",
          row.outcome(),
          "class",
          row.asItMust() ? "v-valid" : sum.control() ? "v-unknown" : answerStyle(sum.answer()));
      page.close().open("td", "class", "w");
      if (sum.description() != null) {
        page.words(sum.description() + ". ");
      }
      if (sum.saw() != null) {
        page.words("Seen: " + Figures.cut(Figures.visible(sum.saw()), 240) + ". ");
      }
      if (!sum.caughtBy().isEmpty()) {
        page.element("span", "By " + String.join(", ", sum.caughtBy()) + ".", "class", "soft");
      }
      page.close().close().line();
    }
    endTable();
  }

  private void timeline() {
    section("timeline", "Timeline");
    if (time.seconds() <= 0) {
      page.element("p", "Nothing ran, so there is nothing to draw.");
      return;
    }
    boolean closeEnough = time.seconds() <= CLOSE_UP_SECONDS;
    Timeline.Size size = closeEnough ? Timeline.Size.CLOSE : Timeline.Size.OVERVIEW;
    legend(size);
    figure(0, time.seconds(), size, "The run");
    page.element(
        "p",
        "The legs stand one behind the other, without the pauses between them. A line is the average"
            + " of neighbouring readings, the band around it reaches from the least to the greatest"
            + " of them; lag is drawn at its greatest. A gap is a time in which nothing could be read."
            + " The same figures stand in a table below.",
        "class",
        "soft");
  }

  private void legend(Timeline.Size size) {
    page.open("div", "class", "legend");
    sign("fault", "fault");
    if (size.labelled()) {
      sign("bite", "its effect first seen");
    }
    sign("recovery", "lifted, not yet recovered");
    sign("idle", "did not bite");
    sign("stuck", "not recovered from");
    page.close().line();
  }

  private void sign(String style, String words) {
    page.open("span").open("svg", "width", "20", "height", "12", "aria-hidden", "true");
    page.empty("path", "class", style, "d", "bite".equals(style) ? "M10 0v12" : "M1 2h18v8h-18z");
    page.close().words(words).close();
  }

  private void figure(double from, double to, Timeline.Size size, String what) {
    String name =
        "%s from %s to %s: throughput, lag and faults over time"
            .formatted(what, Figures.clock(from), Figures.clock(to));
    page.open("figure").open("div", "class", "plot");
    new Timeline(page, report, time, new TimeAxis(from, to), size).draw(name);
    page.close().close().line();
  }

  private void closeUps() {
    if (time.seconds() <= CLOSE_UP_SECONDS) {
      return;
    }
    section("close-ups", "Timeline, closer");
    page.element(
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
      page.element("h3", "%s to %s".formatted(Figures.clock(from), Figures.clock(to)));
      figure(from, to, Timeline.Size.CLOSE, "A part of the run,");
    }
  }

  private void recovery() {
    section("recovery", "Recovery");
    List<KindRecovery> kinds = KindRecovery.of(report);
    if (kinds.isEmpty()) {
      page.element("p", "No fault struck.");
      return;
    }
    RecoveryScale scale = RecoveryScale.of(kinds);
    page.element(
        "p",
        "From the end of a fault until what it hit works again; zero where everything was whole before"
            + " the fault was lifted. Faults that did not bite don't count. In the picture each dot is"
            + " one recovery, the stroke their median; the scale is logarithmic, %s, and zero stands at its left"
                .formatted(scale.ends())
            + " end.");
    table(
        null,
        "r:No.",
        "Kind of fault",
        "r:Struck",
        "r:Bit",
        "r:Recovered",
        "r:Median",
        "r:Maximum",
        "Each recovery");
    String group = null;
    for (KindRecovery kind : kinds) {
      if (!Objects.equals(group, kind.group())) {
        group = kind.group();
        page.open("tr", "class", "group");
        page.element("th", FaultLane.title(group), "colspan", "8", "scope", "rowgroup");
        page.close();
      }
      page.open("tr").element("td", Integer.toString(kind.number()), "class", "r");
      page.element("td", kind.kind(), "class", "k");
      figures(kind.struck());
      counted(kind.bitten(), kind.bitten() > 0);
      counted(kind.recovered(), kind.recovered() == kind.bitten());
      page.element("td", Figures.spanOrDash(kind.medianMs()), "class", "r");
      page.element("td", Figures.spanOrDash(kind.maxMs()), "class", "r");
      page.open("td", "class", "dots");
      scale.draw(page, kind);
      page.close().close().line();
    }
    endTable();
  }

  private void checks() {
    section("checks", "Checks");
    List<CheckRow> rows = CheckRow.of(report);
    if (rows.isEmpty()) {
      page.element("p", "Nothing was checked.");
      return;
    }
    table(null, "Check", "Answer", "r:Times", "r:Deviations", "What was counted");
    for (CheckRow row : rows) {
      page.open("tr").element("th", row.name(), "scope", "row", "class", "k");
      page.open("td");
      answer(row.answer());
      page.close();
      figures(row.times(), row.deviations());
      page.element("td", row.counted(), "class", "w").close().line();
    }
    endTable();
    for (CheckRow row : rows) {
      row.withSomethingToSay().forEach(this::findings);
    }
  }

  private void findings(Check check) {
    page.open("h3").words(check.name() + (check.leg() == 0 ? "" : ", leg " + check.leg()) + ": ");
    answer(check.answer());
    page.close();
    if (check.note() != null) {
      page.element("p", check.note());
    }
    if (check.findings().isEmpty()) {
      return;
    }
    List<Deviation> shown = check.findings().stream().limit(FINDINGS_MAX).toList();
    table(
        "%s of %s"
            .formatted(Figures.count(shown.size()), Figures.count(check.deviations(), "deviation")),
        "About",
        "Expected",
        "Found",
        "Where");
    for (Deviation deviation : shown) {
      page.open("tr");
      for (String words :
          List.of(
              Objects.toString(deviation.subject(), ""),
              Objects.toString(deviation.expected(), ""),
              Objects.toString(deviation.found(), ""),
              Objects.toString(deviation.coordinates(), ""))) {
        page.element("td", Figures.cut(Figures.visible(words), 200), "class", "w");
      }
      page.close().line();
    }
    endTable();
  }

  private void faults() {
    section("faults", "Faults one by one");
    List<Fault> faults = report.faults();
    if (faults.isEmpty()) {
      page.element("p", "No fault struck.");
      return;
    }
    List<Fault> shown = shownFaults();
    if (shown.size() < faults.size()) {
      page.element(
          "p",
          "%s of %s: those that did not bite, those that were not recovered from, then those that took"
                  .formatted(Figures.count(shown.size()), Figures.count(faults.size(), "fault"))
              + " longest. The JSON has all.");
    }
    // The columns' looks are in the style sheet: a class on each cell would be a tenth of the page.
    page.open("div", "class", "list");
    table(null, "At", "Leg", "Kind", "Lasted", "Bit after", "Recovered in", "What was seen");
    Set<Fault> rows = new HashSet<>(shown);
    for (int i = 0; i < faults.size(); i++) {
      if (rows.contains(faults.get(i))) {
        fault(i + 1, faults.get(i));
      }
    }
    endTable();
    page.close();
  }

  private void fault(int number, Fault fault) {
    page.open("tr", "id", "f" + number);
    page.element("td", Figures.clock(time.struck(fault)));
    page.element("td", Integer.toString(fault.leg()));
    page.element("td", fault.number() + " " + fault.kind());
    page.element("td", lasted(fault)).open("td");
    orNot(
        fault.bitten(),
        () -> Figures.span(Math.round((time.bitten(fault) - time.struck(fault)) * 1_000)),
        "did not bite");
    page.close().open("td");
    if (fault.bitten()) {
      orNot(fault.recovered(), () -> Figures.span(fault.recoveryMs()), "not recovered");
    } else {
      page.words("–");
    }
    page.close();
    page.element("td", Figures.cut(Figures.visible(fault.bite()), BITE_MAX));
    page.close().line();
  }

  private List<Fault> shownFaults() {
    if (report.faults().size() <= FAULT_ROWS_MAX) {
      return report.faults();
    }
    return report.faults().stream()
        .sorted(
            Comparator.comparing(Fault::bitten)
                .thenComparing(Fault::recovered)
                .thenComparing(
                    fault -> fault.recoveryMs() == null ? 0L : fault.recoveryMs(),
                    Comparator.reverseOrder()))
        .limit(FAULT_ROWS_MAX)
        .toList();
  }

  private String lasted(Fault fault) {
    return fault.endedAt() == null
        ? "to the end"
        : Figures.span(Math.round((time.ended(fault) - time.struck(fault)) * 1_000));
  }

  private void orNot(boolean is, Supplier<String> words, String not) {
    if (is) {
      page.words(words.get());
    } else {
      page.element("span", not, "class", "v-unknown");
    }
  }

  private void leftOut() {
    section("left-out", "What was left out, and why");
    if (report.leftOut().isEmpty()) {
      page.element("p", "Nothing.");
      return;
    }
    page.open("ul");
    for (LeftOut leftOut : report.leftOut()) {
      page.open("li").element("strong", leftOut.what()).words(": " + leftOut.why()).close();
    }
    page.close().line();
  }

  private void processes() {
    List<ProcessRow> rows = ProcessRow.of(report);
    if (rows.isEmpty()) {
      return;
    }
    section("processes", "What each process held");
    page.element(
        "p",
        "At the first reading, at the last, and at most. A process that was killed begins anew under"
            + " the same name.",
        "class",
        "soft");
    table(
        null,
        "Process",
        "r:Memory, first",
        "r:last",
        "r:most",
        "r:Open files, first",
        "r:last",
        "r:most",
        "r:State on disk, first",
        "r:last",
        "r:most");
    for (ProcessRow row : rows) {
      page.open("tr").element("th", row.process(), "scope", "row", "class", "k");
      held(row.memory(), Figures::bytes);
      held(row.fileHandles(), Figures::count);
      held(row.state(), Figures::bytes);
      page.close().line();
    }
    endTable();
  }

  private void held(ProcessRow.Held held, Function<Long, String> shown) {
    for (Long value : held.values()) {
      page.element("td", value == null ? "–" : shown.apply(value), "class", "r");
    }
  }

  private void readings() {
    section("readings", "Readings");
    if (report.samples().isEmpty()) {
      page.element("p", "Nothing was read.");
      return;
    }
    page.element(
        "p",
        "What the timeline shows, as a table: averages of what flowed in a second, and the greatest lag"
            + " of each stretch of time. A dash is a time in which nothing could be read.",
        "class",
        "soft");
    Map<Reading, List<Point>> columns = new EnumMap<>(Reading.class);
    for (Reading reading : Reading.values()) {
      columns.put(reading, thinning.points(reading, 0, time.seconds(), READING_ROWS_MAX));
    }
    table(
        null,
        "From",
        "To",
        "Leg",
        "r:Input, records/s",
        "r:Job, entries/s",
        "r:Sink, rows/s",
        "r:Job lag, records",
        "r:Sink lag, records",
        "r:Faults");
    for (int i = 0; i < columns.get(Reading.INPUT).size(); i++) {
      Point stretch = columns.get(Reading.INPUT).get(i);
      page.open("tr").element("td", Figures.clock(stretch.from()), "class", "r");
      page.element("td", Figures.clock(stretch.to()), "class", "r");
      page.element("td", Integer.toString(stretch.leg()));
      for (Reading reading : Reading.values()) {
        Point point = columns.get(reading).get(i);
        String shown = Figures.rate(reading.isRate() ? point.mean() : point.max());
        page.element("td", point.known() ? shown : "–", "class", "r");
      }
      figures(
          report.faults().stream()
              .filter(fault -> fault.leg() == stretch.leg())
              .filter(fault -> time.struck(fault) >= stretch.from())
              .filter(fault -> time.struck(fault) < stretch.to())
              .count());
      page.close().line();
    }
    endTable();
  }

  private void setup() {
    section("setup", "Setup, and how to repeat it");
    page.element("pre", Objects.toString(report.run().command(), ""));
    if (!report.legs().isEmpty()) {
      table(
          "Legs", "r:Leg", "Phase", "Began", "r:Took", "Ended", "Command, and what was different");
      for (Leg leg : report.legs()) {
        page.open("tr").element("td", Integer.toString(leg.number()), "class", "r");
        page.element("td", leg.phase());
        page.element("td", Figures.moment(leg.startedAt()), "class", "k");
        page.element("td", Figures.span(leg.length()), "class", "r");
        page.element("td", leg.interruption() == null ? "as planned" : leg.interruption());
        page.open("td", "class", "w");
        if (leg.command() != null) {
          page.element("code", leg.command());
        }
        leg.differs().forEach((name, value) -> page.words("; " + name + ": " + value));
        page.close().close().line();
      }
      endTable();
    }
    pairs("Options", report.run().options());
    pairs("Versions", report.run().versions());
    pairs("Machine", report.run().machine());
  }

  private void pairs(String caption, Map<String, String> values) {
    if (values.isEmpty()) {
      return;
    }
    page.open("div", "class", "wide").open("table").element("caption", caption).open("tbody");
    values.forEach(
        (name, value) -> {
          page.open("tr").element("th", name, "scope", "row", "class", "k");
          page.element("td", value, "class", "w").close();
        });
    endTable();
  }

  private void section(String id, String title) {
    page.element("h2", title, "id", id).line();
  }

  /** Opens a table up to its body; heads of columns with figures begin with {@code r:}. */
  private void table(String caption, String... heads) {
    page.open("div", "class", "wide").open("table");
    if (caption != null) {
      page.element("caption", caption);
    }
    page.open("thead").open("tr");
    for (String head : heads) {
      if (head.startsWith("r:")) {
        page.element("th", head.substring(2), "scope", "col", "class", "r");
      } else {
        page.element("th", head, "scope", "col");
      }
    }
    page.close().close().open("tbody").line();
  }

  private void endTable() {
    page.close().close().close().line();
  }

  private void figures(long... values) {
    for (long value : values) {
      page.element("td", Figures.count(value), "class", "r");
    }
  }

  private void counted(int value, boolean good) {
    page.element("td", Figures.count(value), "class", good ? "r" : "r v-unknown");
  }

  private void answer(Answer answer) {
    page.element("span", Figures.name(answer), "class", answerStyle(answer));
  }

  private static String answerStyle(Answer answer) {
    return "v-" + Figures.name(answer);
  }

  private static String css() {
    try (InputStream css = ReportPage.class.getResourceAsStream("page.css")) {
      return new String(Objects.requireNonNull(css).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("page.css is beside this class and can't be read", e);
    }
  }
}
