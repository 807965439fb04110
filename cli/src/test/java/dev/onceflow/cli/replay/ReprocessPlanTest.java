package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.topology.PaymentsTopology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a plan says before there is anything to count. */
class ReprocessPlanTest {
  private static ReprocessPlan plan(Optional<Long> rate, List<String> refusals) {
    return plan(RecordFilter.ALL, rate, refusals);
  }

  private static ReprocessPlan plan(
      RecordFilter filter, Optional<Long> rate, List<String> refusals) {
    PaymentsTopology payments = new PaymentsTopology();
    Map<String, Object> settings =
        Map.of(
            "application.id", "shop",
            "bootstrap.servers", "kafka:9092",
            "schema.registry.url", "http://registry:8081",
            "state.dir", "/var/lib/shop");
    return new ReprocessPlan(
        TestingSink.sink(Map.of()),
        new LiveJob(payments, JobConfig.of(settings, payments)),
        List.of(TestingSink.range("payments", 0, 0, 4_000)),
        filter,
        new ReprocessPlan.Read(3_990, 1_000_000, Optional.of(0L), 2),
        new TreeSet<>(Set.of("orders", "orders-dlq")),
        Set.of("orders"),
        Map.of("orders", TestingSink.table("orders")),
        rate,
        refusals);
  }

  @Test
  void itSaysWhatIsReadAndWrittenAndWhatCannotBeCountedYet() {
    assertThat(plan(Optional.of(100L), List.of()).text())
        .contains(
            "Reprocess by job payments as shop.r<run>, then reapply through sink shop",
            "Read      payments-0 from 0 up to 4000",
            "3,990 records, 1,000,000 bytes, read at 1,995 a second",
            "Write     orders.r<run>\n",
            "Write     orders-dlq.r<run>, which isn't applied",
            "Table     orders (insert)",
            "counted when the job has written them, and before anything is applied",
            "PT40S for the job at 100 records a second")
        .doesNotContain("Refused", "Filter");
  }

  @Test
  void itSaysWhatOfItHasEffects() {
    RecordFilter filter =
        RecordFilter.of(List.of("A1"), List.of())
            .madeOf(InputRanges.of(List.of(TestingSink.range("payments", 0, 3_000, 4_000))));

    ReprocessPlan plan = plan(filter, Optional.empty(), List.of());

    assertThat(plan.text())
        .contains(
            "Read      payments-0 from 0 up to 4000\n",
            "Filter    made of payments-0 from 3000 up to 4000 and key A1\n");
    assertThat(plan.json().path("filter").path("inputs").path(0).path("start").asLong())
        .isEqualTo(3_000);
  }

  @Test
  void itSaysWhyItCannotBeDone() {
    ReprocessPlan refused = plan(Optional.empty(), List.of("Topic payments is compacted."));

    assertThat(refused.isRefused()).isTrue();
    assertThat(refused.text()).contains("Refused   Topic payments is compacted.");
    assertThat(refused.json().path("refusals"))
        .extracting(JsonNode::asText)
        .containsExactly("Topic payments is compacted.");
  }
}
