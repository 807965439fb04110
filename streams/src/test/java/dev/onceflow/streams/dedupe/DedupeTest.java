package dev.onceflow.streams.dedupe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.verdict.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
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

  @Test
  void anEventThatLeadsToTooLargeARecordGoesToTheDeadLettersWithoutAnyEffect() {
    job.answer = "emit";
    send("a=" + "x".repeat(300));
    send("b=1");

    assertThat(job.text("a")).isNull();
    assertThat(job.out()).containsExactly("1");
    TestRecord<String, String> dead = job.setAside("dlq").get(0);
    assertThat(dead.value()).isEqualTo("a=" + "x".repeat(300));
    assertThat(header(dead, SetAside.REASON)).isEqualTo("output-too-large");
    assertThat(header(dead, SetAside.DETAIL)).contains("bytes for out; output.bytes.max is 200");
    assertThat(job.counts()).isEqualTo(new Tally(2, 1, 0, 0, 0, 1, 2));
  }

  @Test
  void anEventThatPutsTooMuchIntoAStoreGoesToTheDeadLettersWithoutAnyEffect() {
    job.answer = "put";
    send("a=" + "x".repeat(300));
    send("b=1");

    assertThat(job.text("a")).isNull();
    assertThat(job.text("b")).isEqualTo("1");
    TestRecord<String, String> dead = job.setAside("dlq").get(0);
    assertThat(header(dead, SetAside.REASON)).isEqualTo("output-too-large");
    assertThat(header(dead, SetAside.DETAIL))
        .contains("bytes for test-texts-changelog; output.bytes.max is 200");
    assertThat(job.counts()).isEqualTo(new Tally(2, 1, 0, 0, 0, 1, 2));
  }

  @Test
  void whatIsSetAsideSaysWhereWhyAndHowOften() {
    job.answer = "dlq";
    RecordHeaders before = new RecordHeaders();
    before.add("trace", new byte[] {1, 2});
    before.add(SetAside.ATTEMPT, "2".getBytes(StandardCharsets.UTF_8));
    before.add(SetAside.FIRST_FAILED, "77".getBytes(StandardCharsets.UTF_8));
    job.send("a=1", 5_000, before);

    TestRecord<String, String> dead = job.setAside("dlq").get(0);

    assertThat(dead.key()).isEqualTo("k");
    assertThat(dead.value()).isEqualTo("a=1");
    assertThat(dead.timestamp()).isEqualTo(5_000);
    assertThat(dead.headers().lastHeader("trace").value()).containsExactly(1, 2);
    assertThat(header(dead, SetAside.REASON)).isEqualTo("too-hard");
    assertThat(header(dead, SetAside.TOPIC)).isEqualTo("in");
    assertThat(header(dead, SetAside.PARTITION)).isEqualTo("0");
    assertThat(header(dead, SetAside.OFFSET)).isEqualTo("0");
    assertThat(header(dead, SetAside.APPLICATION)).isEqualTo("test");
    assertThat(header(dead, SetAside.TASK)).isEqualTo("0_0");
    assertThat(header(dead, SetAside.OPERATOR)).isEqualTo("dedupe");
    assertThat(header(dead, SetAside.ATTEMPT)).isEqualTo("3");
    assertThat(header(dead, SetAside.FIRST_FAILED)).isEqualTo("77");
  }

  @Test
  void anExceptionOfTheDecoderGoesAlongWithABoundedTrace() {
    send("throw " + "long ".repeat(10_000));

    TestRecord<String, String> dead = job.setAside("dlq").get(0);

    assertThat(header(dead, SetAside.REASON)).isEqualTo("unreadable");
    assertThat(header(dead, SetAside.OPERATOR)).isEqualTo("parse");
    assertThat(header(dead, SetAside.EXCEPTION_CLASS)).endsWith("SerializationException");
    assertThat(header(dead, SetAside.EXCEPTION_MESSAGE))
        .startsWith("can't read throw")
        .hasSize(1_000);
    assertThat(header(dead, SetAside.STACK_TRACE))
        .contains("SerializationException")
        .hasSize(2_000);
    assertThat(header(dead, SetAside.ATTEMPT)).isEqualTo("1");
    int added = 0;
    for (Header each : dead.headers()) {
      added += each.key().length() + each.value().length + 20;
    }
    assertThat(added).isLessThan(JobTopic.SET_ASIDE_ADDED_BYTES_MAX);
  }

  private static String header(TestRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private void send(String value) {
    job.send(value, nowMs++);
  }
}
