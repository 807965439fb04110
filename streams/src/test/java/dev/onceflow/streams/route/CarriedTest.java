package dev.onceflow.streams.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.streams.job.JobTopic;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.internal.DefaultRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class CarriedTest {
  private static final byte[] ID = new byte[16];

  @Test
  void aRecordArrivesAsItWasSent() {
    var at = new Coordinates("a-topic-with-dashes-7", 12, Long.MAX_VALUE);
    var headers = new RecordHeaders().add("a", null).add("a", new byte[] {1});
    var event = new Event<>("id", "any", Parsed.NO_TIME, null, new byte[] {2}, headers, 34, at);

    Carried carried = Carried.of(Carried.under(ID, event));

    assertThat(carried.at()).isEqualTo(at);
    assertThat(carried.original().key()).isNull();
    assertThat(carried.original().value()).containsExactly(2);
    assertThat(carried.original().timestamp()).isEqualTo(34);
    assertThat(carried.original().headers()).isEqualTo(headers);
  }

  @Test
  void theLargestRecordGrowsByNoMoreThanItsTopicTakes() {
    var at = new Coordinates("t".repeat(249), Integer.MAX_VALUE, Long.MAX_VALUE);
    byte[] key = new byte[200_000];
    var event =
        new Event<>("id", "any", Parsed.NO_TIME, key, new byte[1], new RecordHeaders(), 0, at);

    Record<byte[], byte[]> carried = Carried.under(ID, event);

    assertThat(size(carried) - size(new Record<>(key, new byte[1], 0, new RecordHeaders())))
        .isLessThan(JobTopic.REPARTITION_ADDED_BYTES_MAX);
  }

  private static int size(Record<byte[], byte[]> record) {
    return DefaultRecord.sizeInBytes(
        0, 0, record.key().length, record.value().length, record.headers().toArray());
  }

  @Test
  void aRecordOfSomebodyElseEndsTheTask() {
    assertThatThrownBy(() -> Carried.of(new Record<>(ID, ID, 0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("onceflow_carried_key");
  }
}
