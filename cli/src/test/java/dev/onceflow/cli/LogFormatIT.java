package dev.onceflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Logs as the launcher writes them. */
class LogFormatIT {
  /** Logs one event. */
  public static final class Speaker {
    private Speaker() {}

    /** Runs in a process of its own, with the configuration that ships. */
    public static void main(String[] args) {
      LoggerFactory.getLogger(Speaker.class)
          .atInfo()
          .addKeyValue("topic", "payments")
          .addKeyValue("partition", 3)
          .log("Something \"happened\"");
    }
  }

  @Test
  void jsonIsOneObjectALineWithTheKeyValues() throws Exception {
    JsonNode line = new ObjectMapper().readTree(logged("-Donceflow.log.format=json"));

    assertThat(line.get("message").asText()).isEqualTo("Something \"happened\"");
    assertThat(line.get("log.level").asText()).isEqualTo("INFO");
    assertThat(line.get("topic").asText()).isEqualTo("payments");
    assertThat(line.get("partition").asText()).isEqualTo("3");
  }

  @Test
  void textIsForPeople() throws Exception {
    assertThat(logged("-Dany=1")).contains("INFO ", "Speaker: Something \"happened\"");
  }

  private static String logged(String flag) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    flag,
                    "-Dlog4j2.configurationFile=log4j2.properties",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Speaker.class.getName()))
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
