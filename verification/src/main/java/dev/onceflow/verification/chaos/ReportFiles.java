package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import dev.onceflow.verification.report.ChaosReport;
import dev.onceflow.verification.report.ReportJson;
import dev.onceflow.verification.report.ReportPage;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a report goes besides the terminal. */
final class ReportFiles {
  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON.")
  private Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the report as a page with a picture.")
  private Path html;

  /** Writes those that were asked for, each whole or not at all. */
  void write(ChaosReport report) {
    try {
      if (json != null) {
        ReportJson.write(report, json.toAbsolutePath());
      }
      if (html != null) {
        ReportPage.write(report, html.toAbsolutePath());
      }
    } catch (IOException e) {
      throw new UserException("The report can't be written: " + e, e);
    }
  }
}
