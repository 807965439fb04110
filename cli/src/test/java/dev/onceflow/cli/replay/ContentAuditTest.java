package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a report makes of audits; the audits themselves are shown with real servers. */
class ContentAuditTest {
  private static final String AGREES =
      """
      "orders": {"verdict": "agree", "certificate":
        {"table": {"rows": 4000}, "out_of_sight": {"rows": 7}}}""";
  private static final String DIFFERS =
      """
      "items": {"verdict": "differ", "only_outside": false, "certificate": {"differences":
        {"missing": 0, "duplicated": 0, "altered": 4, "foreign": 1, "named": [
          {"kind": "altered", "event_id": "a1"}, {"kind": "altered", "event_id": "a2"},
          {"kind": "altered", "event_id": "a3"}, {"kind": "altered", "event_id": "a4"},
          {"kind": "foreign", "event_id": "f1"}]}}}""";
  private static final String OUTSIDE =
      """
      "items": {"verdict": "differ", "only_outside": true,
        "certificate": {"differences": {"missing": 12}}}""";
  private static final String FAILED = "\"items\": {\"failed\": \"the registry is away\"}";
  private static final String NOT_COMPARED = "\"totals\": {\"not_compared\": \"only insert\"}";

  private static JsonNode audits(String... audits) throws IOException {
    return new ObjectMapper().readTree("{" + String.join(",", audits) + "}");
  }

  private static Replay done(Settled settled, JsonNode audits) {
    ObjectNode result =
        JsonNodeFactory.instance
            .objectNode()
            .put("settled", settled.label())
            .put("sampled", false)
            .put("expired", 0);
    result.set("audits", audits);
    return TestingSink.replay(TestingSink.orders(), Optional.of(result));
  }

  private static String text(JsonNode audits) {
    List<String> lines = new ArrayList<>();
    ContentAudit.text(lines, audits);
    return String.join("\n", lines);
  }

  @Test
  void tableThatDiffersIsNoSuccessWhateverTheCountSays() throws IOException {
    assertThat(ReplayReport.exitCode(done(Settled.YES, audits(AGREES, NOT_COMPARED))))
        .isEqualTo(ExitCode.OK);
    assertThat(ReplayReport.exitCode(done(Settled.YES, audits(AGREES, DIFFERS))))
        .isEqualTo(ExitCode.DISAGREES);
    assertThat(ReplayReport.exitCode(done(Settled.UNKNOWN, audits(DIFFERS))))
        .isEqualTo(ExitCode.DISAGREES);
    assertThat(ReplayReport.exitCode(done(Settled.NO, audits(AGREES))))
        .isEqualTo(ExitCode.DISAGREES);
  }

  @Test
  void rowsThatNobodyAskedForAreNoFaultOfTheReplay() throws IOException {
    assertThat(ReplayReport.exitCode(done(Settled.YES, audits(AGREES, OUTSIDE))))
        .isEqualTo(ExitCode.OK);
    assertThat(text(audits(OUTSIDE))).contains("12 rows are missing whose records weren't asked");
  }

  @Test
  void auditThatFailedLeavesTheAnswerOpen() throws IOException {
    assertThat(ReplayReport.exitCode(done(Settled.YES, audits(AGREES, FAILED))))
        .isEqualTo(ExitCode.FAILED);
    assertThat(ReplayReport.exitCode(done(Settled.NO, audits(FAILED))))
        .isEqualTo(ExitCode.DISAGREES);
    assertThat(
            ReplayReport.exitCode(
                done(Settled.YES, audits("\"orders\": {\"verdict\": \"nothing_in_sight\"}"))))
        .isEqualTo(ExitCode.FAILED);
  }

  @Test
  void reportNamesWhatDiffers() throws IOException {
    assertThat(text(audits(AGREES, DIFFERS, FAILED, NOT_COMPARED)))
        .contains(
            "Audit     orders: agrees with its topic, by event ID and content: 4,000 rows; of 7 more",
            "totals: not compared: only insert");
    assertThat(text(audits(DIFFERS)))
        .contains("items: DIFFERS from its topic: 4 altered (a1, a2, a3 ...), 1 foreign (f1)");
    assertThat(ReplayReport.text(done(Settled.YES, audits(AGREES, DIFFERS))))
        .contains("compared where an audit says so; and a table DIFFERS from its topic");
    assertThat(ReplayReport.text(done(Settled.YES, audits(NOT_COMPARED))))
        .contains("what the rows hold wasn't compared");
  }
}
