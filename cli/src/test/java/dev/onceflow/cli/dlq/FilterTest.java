package dev.onceflow.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FilterTest {
  private static Filter filter(String... args) {
    FilterOptions options = new FilterOptions();
    new CommandLine(
            CommandLine.Model.CommandSpec.create()
                .addMixin("f", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
        .parseArgs(args);
    return options.filter();
  }

  private final SetAsideRecord record = TestingRecords.of(5, "unreadable", "e1");

  @Test
  void aRecordMustFitAllThatIsGivenAndOneOfEach() {
    assertThat(filter().isEmpty()).isTrue();
    assertThat(filter().takes(record)).isTrue();
    assertThat(filter("--code", "other", "--code", "unreadable").takes(record)).isTrue();
    assertThat(filter("--code", "unreadable", "--partition", "2").takes(record)).isFalse();
    assertThat(filter("--code", "unreadable", "--partition", "3").takes(record)).isTrue();
    assertThat(filter("--operator", "dedupe").takes(record)).isFalse();
    assertThat(filter("--application", "orders-job", "--key", "key-e1").takes(record)).isTrue();
    assertThat(filter("--event-id", "e2").takes(record)).isFalse();
    assertThat(filter("--at", "0:5").takes(record)).isTrue();
    assertThat(filter("--at", "1:5").takes(record)).isFalse();
  }

  @Test
  void aTimeIsWhenItFailedFirstAndTheEndIsNotMeant() {
    String failed = Instant.ofEpochMilli(TestingRecords.FAILED_MS).toString();

    assertThat(filter("--from", failed).takes(record)).isTrue();
    assertThat(filter("--to", failed).takes(record)).isFalse();
  }

  @Test
  void aPlaceThatIsNoneSaysWhatIsExpected() {
    assertThatThrownBy(() -> filter("--at", "17")).hasMessageContaining("PARTITION:OFFSET");
    assertThatThrownBy(() -> filter("--at", "0:-1")).hasMessageContaining("PARTITION:OFFSET");
  }
}
