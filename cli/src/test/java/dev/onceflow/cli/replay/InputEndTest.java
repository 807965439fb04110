package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What a consumer hands out that reads up to an end. */
class InputEndTest {
  private static final TopicPartition FIRST = new TopicPartition("in:1", 0);
  private static final TopicPartition SECOND = new TopicPartition("in:1", 1);
  private static final TopicPartition NEW = new TopicPartition("in:1", 2);
  private static final TopicPartition OWN = new TopicPartition("app.r7-x-repartition", 0);

  private static ConsumerRecords<byte[], byte[]> read(Map<TopicPartition, List<Long>> offsets) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    offsets.forEach(
        (partition, at) -> {
          List<ConsumerRecord<byte[], byte[]>> list = new ArrayList<>();
          at.forEach(
              offset ->
                  list.add(
                      new ConsumerRecord<>(
                          partition.topic(), partition.partition(), offset, null, new byte[0])));
          records.put(partition, list);
          next.put(
              partition, new OffsetAndMetadata(at.get(at.size() - 1) + 1, Optional.of(3), "epoch"));
        });
    return new ConsumerRecords<>(records, next);
  }

  private static List<Long> offsets(
      ConsumerRecords<byte[], byte[]> records, TopicPartition partition) {
    return records.records(partition).stream().map(ConsumerRecord::offset).toList();
  }

  private static InputEnd endingAt(long first, long second) {
    InputEnd end = new InputEnd();
    end.configure(
        Map.of(
            InputEnd.ENDS,
            InputEnd.text(
                List.of(
                    TestingSink.range("in:1", 0, 0, first),
                    TestingSink.range("in:1", 1, 0, second)))));
    return end;
  }

  @Test
  void nothingAtOrBehindAnEndIsHandedOut() {
    ConsumerRecords<byte[], byte[]> kept =
        endingAt(12, 5)
            .onConsume(read(Map.of(FIRST, List.of(10L, 11L, 12L, 13L), SECOND, List.of(5L, 6L))));

    assertThat(offsets(kept, FIRST)).containsExactly(10L, 11L);
    assertThat(kept.partitions()).containsExactly(FIRST);
  }

  @Test
  void whatIsCommittedIsNeverBehindAnEnd() {
    ConsumerRecords<byte[], byte[]> kept =
        endingAt(12, 9).onConsume(read(Map.of(FIRST, List.of(11L, 13L), SECOND, List.of(5L, 6L))));

    assertThat(kept.nextOffsets())
        .containsEntry(FIRST, new OffsetAndMetadata(12, Optional.of(3), "epoch"))
        .containsEntry(SECOND, new OffsetAndMetadata(7, Optional.of(3), "epoch"));
  }

  @Test
  void whatTheRunWritesItselfHasNoEnd() {
    ConsumerRecords<byte[], byte[]> kept =
        endingAt(0, 0).onConsume(read(Map.of(OWN, List.of(100L), FIRST, List.of(0L))));

    assertThat(offsets(kept, OWN)).containsExactly(100L);
    assertThat(kept.nextOffsets().get(OWN).offset()).isEqualTo(101);
    assertThat(offsets(kept, FIRST)).isEmpty();
  }

  @Test
  void partitionThatCameIntoBeingSinceIsNoPartOfTheRun() {
    ConsumerRecords<byte[], byte[]> kept =
        endingAt(10, 10).onConsume(read(Map.of(NEW, List.of(0L))));

    assertThat(kept.isEmpty()).isTrue();
    assertThat(kept.nextOffsets().get(NEW).offset()).isZero();
  }
}
