package dev.onceflow.sink.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.sink.fence.InitialOffset.Policy;
import dev.onceflow.sink.fence.LogState.GroupOffset;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FirstOffsetTest {
  private static final TopicPartition PARTITION = new TopicPartition("orders", 3);
  private static final UUID TOPIC_ID = new UUID(1, 2);

  private static Optional<LogState> log(GroupOffset group) {
    return Optional.of(new LogState(TOPIC_ID, 10, 90, Optional.ofNullable(group)));
  }

  private static FirstOffset first(InitialOffset initial, Optional<LogState> log) {
    return FirstOffset.of(initial, PARTITION, log, false);
  }

  @Test
  void withoutCommitsAndSettingItIsTheLogsStart() {
    assertThat(first(Policy.NOT_GIVEN, log(null))).isEqualTo(new FirstOffset.At(10));
  }

  @Test
  void anotherSinksCommitsWantADecision() {
    FirstOffset first = first(Policy.NOT_GIVEN, log(new GroupOffset(40, false)));

    assertThat(((FirstOffset.Unknown) first).reason())
        .contains("committed offset 40")
        .contains("fence.initial");
  }

  @Test
  void groupGoesOnWhereAnotherSinkStopped() {
    assertThat(first(Policy.GROUP, log(new GroupOffset(40, false))))
        .isEqualTo(new FirstOffset.At(40));
  }

  @Test
  void groupWithoutCommitsIsRefused() {
    assertThat(first(Policy.GROUP, log(null))).isInstanceOf(FirstOffset.Unknown.class);
  }

  @Test
  void ourOwnCommitsWithoutARowMeanThatTheDatabaseWasEmptied() {
    for (Policy policy : new Policy[] {Policy.NOT_GIVEN, Policy.GROUP, Policy.LATEST}) {
      FirstOffset first = first(policy, log(new GroupOffset(40, true)));

      assertThat(((FirstOffset.Unknown) first).reason()).as("%s", policy).contains("emptied");
    }
    // Said outright, all is applied again: an empty database catches up by itself.
    assertThat(first(Policy.EARLIEST, log(new GroupOffset(40, true))))
        .isEqualTo(new FirstOffset.At(10));
  }

  @Test
  void rowThatThisTaskHadIsNotReplacedByTheGroupsOffset() {
    assertThat(FirstOffset.of(Policy.GROUP, PARTITION, log(new GroupOffset(40, false)), true))
        .isInstanceOf(FirstOffset.Unknown.class);
  }

  @Test
  void offsetsByHandHoldForTheirPartitionsOnly() {
    InitialOffset offsets = InitialOffset.parse("orders:3=77, other:0=1").orElseThrow();

    assertThat(offsets)
        .isEqualTo(
            new InitialOffset.Explicit(Map.of(PARTITION, 77L, new TopicPartition("other", 0), 1L)));
    assertThat(first(offsets, Optional.empty())).isEqualTo(new FirstOffset.At(77));
    assertThat(FirstOffset.of(offsets, new TopicPartition("orders", 4), Optional.empty(), false))
        .isInstanceOf(FirstOffset.Unknown.class);
  }

  @Test
  void whatIsNoPolicyAndNoOffsetsIsNotRead() {
    for (String text : new String[] {"", "first", "orders=3", "orders:x=3", "orders:1=-3", ","}) {
      assertThat(InitialOffset.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void logIsRefusedWhereItIsNotTheOneThatWasApplied() {
    assertThat(LogCheck.refusal(row(50, TOPIC_ID), log(null).orElseThrow())).isEmpty();
    assertThat(LogCheck.refusal(row(90, TOPIC_ID), log(null).orElseThrow())).isEmpty();
    assertThat(LogCheck.refusal(row(10, TOPIC_ID), log(null).orElseThrow())).isEmpty();
    assertThat(LogCheck.refusal(row(50, new UUID(7, 7)), log(null).orElseThrow()).orElseThrow())
        .contains("made again");
    assertThat(LogCheck.refusal(row(9, TOPIC_ID), log(null).orElseThrow()).orElseThrow())
        .contains("expired unread", "9", "10");
    assertThat(LogCheck.refusal(row(91, TOPIC_ID), log(null).orElseThrow()).orElseThrow())
        .contains("cut off", "91", "90");
  }

  private static FenceRow row(long nextOffset, UUID topicId) {
    return new FenceRow(
        nextOffset, 1, "owner", Instant.EPOCH, Optional.of(topicId), Optional.empty());
  }
}
