package dev.onceflow.verification.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void comesBackAsItWent(@TempDir Path folder) throws Exception {
    ChaosReport report = MadeUpRun.failing();
    Path file = folder.resolve("report.json");

    ReportJson.write(report, file);

    assertThat(ReportJson.read(file)).isEqualTo(report);
    assertThat(folder).isDirectoryContaining(found -> found.equals(file));
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void whatIsNotThereComesBackAsNotThere() {
    ChaosReport report =
        SmallRun.empty().leg("killed").fault("black-hole", 22, 5, null, null, null).report();

    assertThat(ReportJson.read(ReportJson.write(report))).isEqualTo(report);
  }

  @Test
  void followsItsSchema() throws Exception {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(ReportJson.class.getResourceAsStream("chaos-report.schema.json"));

    for (ChaosReport report :
        List.of(
            MadeUpRun.failing(),
            MadeUpRun.eightMinutes(),
            SmallRun.empty().report(),
            SmallRun.empty().leg("killed").fault("x", 1, 5, null, null, null).report())) {
      assertThat(schema.validate(JSON.readTree(ReportJson.write(report)))).isEmpty();
    }
    assertThat(schema.validate(JSON.readTree("{\"format\": \"onceflow-chaos/1\"}"))).isNotEmpty();
  }

  @Test
  void saysWhatWasWorkedOut() throws Exception {
    JsonNode json = JSON.readTree(ReportJson.write(SmallRun.valid().report()));

    assertThat(json.at("/conclusion/answer").asText()).isEqualTo("valid");
    assertThat(json.at("/faults/0/recovery_ms").asLong()).isEqualTo(4_200);
    assertThat(json.at("/faults/0/disturbance_ms").asLong()).isEqualTo(6_200);
    assertThat(json.at("/faults/0/bitten").asBoolean()).isTrue();
    assertThat(json.at("/modes/1/as_it_must").asBoolean()).isTrue();
  }

  @Test
  void whatWasWorkedOutIsNotBelieved() throws Exception {
    ObjectNode json = (ObjectNode) JSON.readTree(ReportJson.write(SmallRun.valid().report()));
    ((ObjectNode) json.get("conclusion")).put("answer", "invalid");

    assertThat(ReportJson.read(json.toString()).conclusion().answer()).isEqualTo(Answer.VALID);
  }

  @Test
  void fieldsOfLaterVersionsArePassedOver() throws Exception {
    ObjectNode json = (ObjectNode) JSON.readTree(ReportJson.write(SmallRun.valid().report()));
    json.put("weather", "fine");
    ((ObjectNode) json.at("/faults/0")).put("colour", "red");

    assertThat(ReportJson.read(json.toString())).isEqualTo(SmallRun.valid().report());
  }

  @Test
  void anotherFormatIsRefusedWithBothNames() {
    assertThatThrownBy(() -> ReportJson.read("{\"format\": \"onceflow-chaos/2\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("onceflow-chaos/2")
        .hasMessageContaining("onceflow-chaos/1");
    assertThatThrownBy(() -> ReportJson.read("{")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLineOfTheFileIsASampleOrAFault() {
    ChaosReport report = MadeUpRun.eightMinutes();

    assertThat(ReportJson.write(report).lines().filter(line -> line.contains("\"second\":")))
        .hasSameSizeAs(report.samples());
    assertThat(ReportJson.write(report).lines().filter(line -> line.contains("\"struck_at\":")))
        .hasSameSizeAs(report.faults());
  }

  @Test
  void aLegThatIsNotThereIsRefused() {
    ChaosReport report = SmallRun.valid().report();

    assertThatThrownBy(
            () ->
                ChaosReport.of(
                    report.run(),
                    List.of(),
                    List.of(),
                    report.faults(),
                    List.of(),
                    List.of(),
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Leg 1 of fault end-txn-answer-lost");
  }
}
