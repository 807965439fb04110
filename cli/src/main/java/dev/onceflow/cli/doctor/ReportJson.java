package dev.onceflow.cli.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Report;
import java.util.Locale;

/** The findings for machines. */
final class ReportJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportJson() {}

  static String of(Report report) {
    ObjectNode all = JSON.createObjectNode();
    all.put("violated", report.refused().size());
    all.put("accepted", report.acceptedViolations().size());
    all.put("not_visible", report.notVisible().size());
    ArrayNode findings = all.putArray("findings");
    for (Finding finding : report.findings()) {
      findings
          .addObject()
          .put("rule", finding.rule())
          .put("status", finding.status().name().toLowerCase(Locale.ROOT))
          .put("accepted", report.accepted().contains(finding.rule()))
          .put("set", finding.set())
          .put("needed", finding.needed())
          .put("why", finding.why())
          .put("remedy", finding.remedy());
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers are always JSON", e);
    }
  }
}
