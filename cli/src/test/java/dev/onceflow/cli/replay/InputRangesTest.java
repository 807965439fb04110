package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What of a job's input has effects; which output is taken, {@code RecordFilterTest} has. */
class InputRangesTest {
  private static final List<Range> WHOLE =
      List.of(
          TestingSink.range("payments", 0, 0, 100),
          TestingSink.range("payments", 1, 0, 200),
          TestingSink.range("refunds", 0, 0, 40));

  @Test
  void everyPartitionThatIsReadHasARange() {
    InputRanges ranges =
        InputRanges.of(
            WHOLE,
            List.of(
                TestingSink.range("payments", 0, 50, 300),
                TestingSink.range("payments", 1, 20, 30)));

    assertThat(ranges.conditions())
        .containsExactly(
            "input:payments-0=50..100", "input:payments-1=20..30", "input:refunds-0=0..0");
    assertThat(ranges.text())
        .isEqualTo("made of payments-0 from 50 up to 100 or payments-1 from 20 up to 30");
    assertThat(ranges.holds(new TopicPartition("payments", 1), 20)).isTrue();
    assertThat(ranges.holds(new TopicPartition("payments", 1), 30)).isFalse();
    assertThat(ranges.holds(new TopicPartition("refunds", 0), 0)).isFalse();
    assertThat(ranges.areEmpty()).isFalse();
  }

  @Test
  void rangeBehindWhatTheLiveJobHasProcessedIsEmpty() {
    List<Range> asked = List.of(TestingSink.range("payments", 1, 250, 300));
    InputRanges ranges = InputRanges.of(WHOLE, asked);

    assertThat(ranges.areEmpty()).isTrue();
    assertThat(InputRanges.ANY.areEmpty()).isFalse();
  }

  @Test
  void replaysRowKeepsWhatTheRangeCameTo() {
    InputRanges ranges = InputRanges.of(WHOLE, List.of(TestingSink.range("payments", 1, 20, 30)));
    ObjectNode plan = JsonNodeFactory.instance.objectNode();
    ArrayNode emitted = plan.putObject(SecondRun.FIELD).putArray(SecondRun.EMITTED);
    ranges.addTo(emitted);
    Replay replay = TestingSink.reprocess(TestingSink.orders(), plan);

    assertThat(RecordFilter.of(replay)).isEqualTo(RecordFilter.ALL.madeOf(ranges));
    assertThat(TestingSink.sink(Map.of()).replayConfig(replay))
        .containsEntry(
            "run.filter", "input:payments-0=0..0,input:payments-1=20..30,input:refunds-0=0..0");
    assertThat(RecordFilter.of(TestingSink.replay(TestingSink.orders(), Optional.empty())))
        .isEqualTo(RecordFilter.ALL);
  }
}
