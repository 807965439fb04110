package dev.onceflow.verification.report;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the timeline shows, as a table. */
final class ReadingsSection {
  private static final int ROWS_MAX = 48;

  private final ChaosReport report;
  private final RunTime time;
  private final Thinning thinning;
  private final PageParts page;
  private final Markup html;

  ReadingsSection(ChaosReport report, RunTime time, Thinning thinning, PageParts page) {
    this.report = report;
    this.time = time;
    this.thinning = thinning;
    this.page = page;
    this.html = page.html();
  }

  void write() {
    page.section("readings", "Readings");
    if (report.samples().isEmpty()) {
      html.element("p", "Nothing was read.");
      return;
    }
    html.element(
        "p",
        "What the timeline shows, as a table: averages of what flowed in a second, and the greatest lag"
            + " of each stretch of time. A dash is a time in which nothing could be read.",
        "class",
        "soft");
    Map<Reading, List<Point>> columns = new EnumMap<>(Reading.class);
    for (Reading reading : Reading.values()) {
      columns.put(reading, thinning.points(reading, 0, time.seconds(), ROWS_MAX));
    }
    page.table(
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
      html.open("tr").element("td", Figures.clock(stretch.from()), "class", "r");
      html.element("td", Figures.clock(stretch.to()), "class", "r");
      html.element("td", Integer.toString(stretch.leg()));
      for (Reading reading : Reading.values()) {
        Point point = columns.get(reading).get(i);
        String shown = Figures.rate(reading.isRate() ? point.mean() : point.max());
        html.element("td", point.known() ? shown : "–", "class", "r");
      }
      page.figures(
          report.faults().stream()
              .filter(fault -> fault.leg() == stretch.leg())
              .filter(fault -> time.struck(fault) >= stretch.from())
              .filter(fault -> time.struck(fault) < stretch.to())
              .count());
      html.close().line();
    }
    page.endTable();
  }
}
