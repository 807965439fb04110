package dev.onceflow.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CountsTest {
  private static final Decision PURGED =
      new Operator("ann@host", "now", "a test").decides(Decision.As.PURGED);

  @Test
  void openRecordsAreCountedLargestFirstAndTheOthersTold() {
    Counts counts = new Counts(List.of(Facet.CODE, Facet.PARTITION));
    counts.add(TestingRecords.of(0, "unreadable", "e0"), Optional.empty());
    counts.add(TestingRecords.of(1, "bad-value", "e1"), Optional.empty());
    counts.add(TestingRecords.of(2, "bad-value", "e2"), Optional.empty());
    counts.add(TestingRecords.of(3, "bad-value", "e3"), Optional.of(PURGED));

    assertThat(counts.text().lines())
        .containsExactly(
            "records  code        partition  first failed          last",
            "      2  bad-value   orders-3   2023-11-14T22:13:20Z  2023-11-14T22:13:20Z",
            "      1  unreadable  orders-3   2023-11-14T22:13:20Z  2023-11-14T22:13:20Z",
            "3 open; 1 purged");
    assertThat(counts.json().at("/groups/0/records").asLong()).isEqualTo(2);
    assertThat(counts.json().at("/decided/purged").asLong()).isEqualTo(1);
  }

  @Test
  void whatHeadersSayIsNoCommandToTheTerminal() {
    Counts counts = new Counts(List.of(Facet.CODE));
    counts.add(TestingRecords.of(0, "\u001b[2Jgone", "e0"), Optional.empty());

    assertThat(counts.text()).contains(" [2Jgone").doesNotContain("\u001b");
  }
}
