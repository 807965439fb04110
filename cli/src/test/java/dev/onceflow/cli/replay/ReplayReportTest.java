package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a report claims, and what it doesn't. */
class ReplayReportTest {
  private static final Counts ALL_THERE = new Counts(10, 0, 10, 0, 0, 0);
  private static final Counts ONE_MISSING = new Counts(10, 1, 9, 0, 0, 0);

  private static Counting.Result counted(
      Map<String, Counts> counts, Map<String, String> uncountable) {
    return new Counting.Result(
        10, 100, Map.of(), counts, uncountable, Counting.Filtered.NOTHING, 1);
  }

  private static Replay done(Settled settled, boolean sampled, long expired) {
    ObjectNode result =
        JsonNodeFactory.instance
            .objectNode()
            .put("settled", settled.label())
            .put("sampled", sampled)
            .put("expired", expired);
    result.set("counted", counted(Map.of("orders", ALL_THERE), Map.of()).json());
    return TestingSink.replay(TestingSink.orders(), Optional.of(result));
  }

  @Test
  void whatCouldNotBeCountedIsNotTakenForSettled() {
    Map<String, String> hidden = Map.of("totals", "the connector has transforms");

    assertThat(counted(Map.of("orders", ALL_THERE), Map.of()).settled()).isEqualTo(Settled.YES);
    assertThat(counted(Map.of("orders", ALL_THERE), hidden).settled()).isEqualTo(Settled.UNKNOWN);
    assertThat(counted(Map.of(), hidden).settled()).isEqualTo(Settled.UNKNOWN);
    assertThat(counted(Map.of("orders", ONE_MISSING), hidden).settled()).isEqualTo(Settled.NO);
  }

  @Test
  void exitCodeIsTheAnswer() {
    assertThat(ReplayReport.exitCode(done(Settled.YES, false, 0))).isEqualTo(ExitCode.OK);
    assertThat(ReplayReport.exitCode(done(Settled.NO, false, 0))).isEqualTo(ExitCode.DISAGREES);
    assertThat(ReplayReport.exitCode(done(Settled.UNKNOWN, false, 0))).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void reportSaysHowFarItsCountReaches() {
    assertThat(ReplayReport.text(done(Settled.YES, false, 0)))
        .contains("no effect of the range is missing", "what the rows hold wasn't compared");
    assertThat(ReplayReport.text(done(Settled.YES, true, 0)))
        .contains("no effect of the sample is missing");
    assertThat(ReplayReport.text(done(Settled.UNKNOWN, false, 5)))
        .contains("5 offsets while it ran: not counted", "not everything of the range");
  }

  @Test
  void reportSaysWhatWasAskedFor() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    RecordFilter.of(List.of("A2", "A1"), List.of("field:kind!=TEST")).addTo(request);

    assertThat(
            ReplayReport.text(
                TestingSink.replay(
                    TestingSink.orders(), done(Settled.YES, false, 0).result(), request)))
        .contains(
            "Filter    key A1 or A2 and field:kind!=TEST",
            "no effect of what the filter takes of the range is missing");
    assertThat(ReplayReport.text(done(Settled.YES, false, 0))).doesNotContain("Filter");
  }

  @Test
  void recordsWithoutAValueAreNamed() {
    assertThat(new Counts(10, 0, 7, 0, 0, 0).text()).contains("3 without a value, not judged");
    assertThat(ALL_THERE.text()).doesNotContain("not judged");
  }

  @Test
  void rangeIsCutAtItsEnds() {
    Range range = TestingSink.range("orders", 0, 10, 20);

    assertThat(range.before(15)).isEqualTo(TestingSink.range("orders", 0, 10, 15));
    assertThat(range.before(30)).isEqualTo(range);
    assertThat(range.before(5).isEmpty()).isTrue();
    assertThat(range.from(12)).isEqualTo(TestingSink.range("orders", 0, 12, 20));
    assertThat(range.from(5)).isEqualTo(range);
    assertThat(range.from(25).isEmpty()).isTrue();
  }
}
