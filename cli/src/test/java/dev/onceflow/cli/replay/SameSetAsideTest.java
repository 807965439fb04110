package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.route.SetAside;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SameSetAsideTest {
  private static final String JOB = "payments-job";

  private final SameSetAside same =
      new SameSetAside(Map.of(new TopicPartition("payments", 0), 100L));

  private static ConsumerRecord<byte[], byte[]> letter(String job, String topic, long offset) {
    ConsumerRecord<byte[], byte[]> letter =
        new ConsumerRecord<>("payments-dlq", 0, 0, new byte[0], new byte[0]);
    add(letter, SetAside.APPLICATION, job);
    add(letter, SetAside.TOPIC, topic);
    add(letter, SetAside.PARTITION, "0");
    add(letter, SetAside.OFFSET, Long.toString(offset));
    add(letter, SetAside.REASON, "unknown-schema");
    return letter;
  }

  private static void add(ConsumerRecord<byte[], byte[]> letter, String name, String text) {
    letter.headers().add(name, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theSameRecordsAreNoDifference() {
    same.live(letter(JOB, "payments", 10), JOB);
    same.live(letter(JOB, "payments", 99), JOB);
    same.run(letter(JOB + ".r1", "payments", 99));
    same.run(letter(JOB + ".r1", "payments", 10));

    assertThat(same.difference()).isEmpty();
  }

  @Test
  void whatOnlyTheRunSetAsideIsNamed() {
    same.run(letter(JOB + ".r1", "payments", 10));

    assertThat(same.difference())
        .contains(
            "only the run: 1: payments-0 offset 10 (unknown-schema); only the live job: none");
  }

  @Test
  void whatTheRunCouldProcessIsNamed() {
    same.live(letter(JOB, "payments", 10), JOB);

    assertThat(same.difference())
        .contains(
            "only the run: none; only the live job: 1: payments-0 offset 10 (unknown-schema)");
  }

  @Test
  void whatTheRunDoesNotReadIsNone() {
    same.live(letter(JOB, "payments", 100), JOB);
    same.live(letter("another-job", "payments", 10), JOB);
    same.live(letter(JOB, "orders", 10), JOB);

    assertThat(same.difference()).isEmpty();
  }

  @Test
  void onlyTheFirstOnesAreNamed() {
    for (int offset = 10; offset < 20; offset++) {
      same.run(letter(JOB + ".r1", "payments", offset));
    }

    assertThat(same.difference().orElseThrow())
        .contains("only the run: 10: payments-0 offset 10", "offset 14 (unknown-schema), ...")
        .doesNotContain("offset 15");
  }
}
