package dev.onceflow.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StoryTest {
  private static final Searched WHOLE = new Searched("payments", true, 10, 0, false);
  private static final Sighting FIRST = record("payments", 5, "event", Map.of());
  private static final Sighting SECOND = record("payments", 6, "event", Map.of());

  private static Sighting record(
      String topic, long offset, String role, Map<String, String> headers) {
    return new Sighting(
        new TopicPartition(topic, 0),
        offset,
        Instant.EPOCH,
        "CreateTime",
        Optional.of("e"),
        role,
        Optional.empty(),
        headers,
        "");
  }

  private static Story story(Searched input, List<Sighting> copies, List<Sighting> outputs) {
    return new Story(
        "e",
        Window.everything(),
        List.of(input),
        JobMemory.notAsked(),
        copies,
        outputs,
        Optional.empty());
  }

  @Test
  void onlyWhoReadAllThatWasEverThereSaysNotFound() {
    assertThat(story(WHOLE, List.of(), List.of()).answer()).isEqualTo(Answer.NOT_FOUND);
    assertThat(story(new Searched("payments", true, 10, 1, false), List.of(), List.of()).answer())
        .isEqualTo(Answer.OUT_OF_SIGHT);
    assertThat(story(new Searched("payments", true, 10, 0, true), List.of(), List.of()).answer())
        .isEqualTo(Answer.OUT_OF_SIGHT);
    assertThat(story(new Searched("payments", false, 0, 0, false), List.of(), List.of()).answer())
        .isEqualTo(Answer.OUT_OF_SIGHT);
    assertThat(story(WHOLE, List.of(FIRST), List.of()).answer()).isEqualTo(Answer.FOUND);
    assertThat(story(WHOLE, List.of(), List.of(FIRST)).answer()).isEqualTo(Answer.FOUND);
  }

  @Test
  void eachAnswerHasItsExitCode() {
    assertThat(Answer.FOUND.exitCode()).isZero();
    assertThat(Answer.NOT_FOUND.exitCode()).isEqualTo(1);
    assertThat(Answer.OUT_OF_SIGHT.exitCode()).isEqualTo(2);
  }

  @Test
  void aCopysVerdictIsWhatFollowedFromIt() {
    Sighting debit = record("ledger-entries", 1, "debit", Map.of("onceflow_input", "payments-0-5"));
    Story story = story(WHOLE, List.of(FIRST, SECOND), List.of(debit));

    assertThat(story.verdict(FIRST)).isEqualTo("new, and applied: 1 output");
    assertThat(story.verdict(SECOND)).isEqualTo("no output: a duplicate of payments-0-5");
  }

  @Test
  void whatWasSetAsideIsNoFirst() {
    Sighting dead =
        record(
            "payments-dlq",
            1,
            "event",
            Map.of(
                "onceflow_original_topic", "payments",
                "onceflow_original_partition", "0",
                "onceflow_original_offset", "5",
                "onceflow_reason", "altered"));
    Story story = story(WHOLE, List.of(FIRST, SECOND), List.of(dead));

    assertThat(story.verdict(FIRST)).isEqualTo("set aside in payments-dlq, altered");
    assertThat(story.verdict(SECOND)).startsWith("no output in what was read: not processed yet");
  }
}
