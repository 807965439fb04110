package dev.onceflow.streams.dedupe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.streams.verdict.Tally;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DedupeTest {
  private TestingJob job;
  private long nowMs = 1_000;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    job = new TestingJob(stateDir, new DedupeConfig(DedupeConfig.FOREVER, 0));
  }

  @AfterEach
  void stop() {
    job.close();
  }

  @Test
  void anEventTakesEffectOnceHoweverOftenItComes() {
    send("a=1");
    send("a=1");
    send("b=1");

    assertThat(job.out()).containsExactly("1", "1");
    assertThat(job.counts()).isEqualTo(new Tally(3, 2, 0, 1, 0, 0, 3));
  }

  @Test
  void aRejectedEventIsADuplicateWhenItComesAgain() {
    job.answer = "reject";
    send("a=1");
    job.answer = "apply";
    send("a=1");

    assertThat(job.out()).isEmpty();
    assertThat(job.counts()).isEqualTo(new Tally(2, 0, 1, 1, 0, 0, 2));
  }

  @Test
  void anAlteredEventNeverReplacesWhatWasDecided() {
    send("a=1");
    send("a=2");
    send("a=1");

    assertThat(job.out()).containsExactly("1");
    assertThat(job.reasons("quarantine")).containsExactly("altered");
    assertThat(job.counts()).isEqualTo(new Tally(3, 1, 0, 1, 1, 0, 3));
  }

  @Test
  void whatWentAsideTakesEffectWhenItIsRedriven() {
    job.answer = "dlq";
    send("a=1");
    job.answer = "quarantine";
    send("a=1");
    job.answer = "apply";
    send("a=1");
    send("a=1");

    assertThat(job.out()).containsExactly("1");
    assertThat(job.reasons("dlq")).containsExactly("too-hard");
    assertThat(job.reasons("quarantine")).containsExactly("unsure");
    assertThat(job.counts()).isEqualTo(new Tally(4, 1, 0, 1, 1, 1, 4));
  }

  @Test
  void aHandlerThatThrowsLeavesNothingBehind() {
    job.answer = "throw";

    assertThatThrownBy(() -> send("a=1")).hasRootCauseMessage("a bug");

    assertThat(job.text("a")).isNull();
    assertThat(job.entries()).isEmpty();
    assertThat(job.out()).isEmpty();
  }

  @Test
  void unreadableRecordsAreCountedToo() {
    send("no event");

    assertThat(job.reasons("dlq")).containsExactly("no-id");
    assertThat(job.counts()).isEqualTo(new Tally(1, 0, 0, 0, 0, 1, 1));
  }

  private void send(String value) {
    job.send(value, nowMs++);
  }
}
