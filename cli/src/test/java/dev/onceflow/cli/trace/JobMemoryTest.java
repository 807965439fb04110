package dev.onceflow.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class JobMemoryTest {
  private static final String URL = "http://job:8080";

  @Test
  void outcomeAndArrivalAreRead() {
    JobMemory memory =
        JobMemory.of(
            URL, 200, "{\"outcome\":\"applied\",\"arrived\":\"2026-11-21T10:00:00.123Z\"}");

    assertThat(memory.outcome()).contains("applied");
    assertThat(memory.arrived()).contains(Instant.parse("2026-11-21T10:00:00.123Z"));
    assertThat(memory.isSure()).isTrue();
  }

  @Test
  void onlyWhoKnowsTheQuestionCanSayThatAnIdIsUnknown() {
    assertThat(JobMemory.of(URL, 404, "{\"error\":\"unknown\"}").isSure()).isTrue();
    assertThat(
            JobMemory.of(URL, 404, "{\"error\":\"ask /state/QUERY/KEY; queries: balances\"}")
                .isSure())
        .isFalse();
    assertThat(JobMemory.of(URL, 404, "<html>not a job</html>").isSure()).isFalse();
    assertThat(JobMemory.of(URL, 503, "{\"error\":\"the state is moving; try again\"}"))
        .satisfies(
            memory -> {
              assertThat(memory.isSure()).isFalse();
              assertThat(memory.answer()).contains("503", "the state is moving");
            });
  }

  @Test
  void aJobThatIsAwayIsNoFailure() {
    JobMemory memory = JobMemory.ask("http://127.0.0.1:1", "order 1");

    assertThat(memory.isSure()).isFalse();
    assertThat(memory.answer()).contains("http://127.0.0.1:1 doesn't answer");
  }
}
