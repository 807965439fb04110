package dev.onceflow.verification.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * A report as one page that needs nothing but itself: no script, no file beside it. It reads on
 * screen, light and dark, and on paper. Well-formed as XML. What was thinned or cut says so; the
 * JSON has it whole.
 */
public final class ReportPage {
  private ReportPage() {}

  /** The page. */
  public static String of(ChaosReport report) {
    Markup html = new Markup();
    PageParts page = new PageParts(html);
    PageHead head = new PageHead(report, page);
    html.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en").line();
    html.open("head").empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.element("title", "Onceflow chaos: %s, %s".formatted(head.word(), report.run().title()));
    html.style(css()).close().line();
    html.open("body").line();
    head.write();
    html.open("main").line();
    sections(report, page);
    html.close().line().close().close();
    return "<!DOCTYPE html>\n" + html + "\n";
  }

  // In the order in which they are read.
  private static void sections(ChaosReport report, PageParts page) {
    RunTime time = new RunTime(report.legs());
    TimelineSection timeline = new TimelineSection(report, time, page);
    SetupSection setup = new SetupSection(report, page);
    new ModesSection(report, page).write();
    timeline.overview();
    new RecoverySection(report, page).write();
    new ChecksSection(report, page).write();
    timeline.closeUps();
    new FaultsSection(report, time, page).write();
    setup.leftOut();
    new HeldSection(report, page).write();
    new ReadingsSection(report, time, new Thinning(time, report.samples()), page).write();
    setup.setup();
  }

  /** Writes a file, whole or not at all. */
  public static void write(ChaosReport report, Path file) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.write(partial, of(report).getBytes(StandardCharsets.UTF_8));
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String css() {
    try (InputStream css = ReportPage.class.getResourceAsStream("page.css")) {
      return new String(Objects.requireNonNull(css).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("page.css is beside this class and can't be read", e);
    }
  }
}
