package dev.onceflow.cli.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsequencesTest {
  private static final UUID TOPIC = new UUID(1, 1);

  private static Optional<FenceRow> fenceAt(long nextOffset) {
    return Optional.of(
        new FenceRow(
            new FenceKey("shop", "", "orders", 0),
            nextOffset,
            3,
            "somebody",
            0,
            Optional.of(TOPIC),
            Optional.empty(),
            Instant.EPOCH,
            0));
  }

  @ParameterizedTest
  @CsvSource({
    "100,   0, 200, 100,  0,  0,   0", // stays
    "100,   0, 200, 150,  0, 50,   0", // forward: skipped
    "100,   0, 200,  40,  0,  0,  60", // back: again
    "100, 120, 200, 120, 20,  0,   0", // expired
    "100, 120, 200, 150, 20, 30,   0", // expired, and skipped behind that
    "100,   0,  60,   0,  0,  0,  60", // cut off: only what is still there comes again
    "100,   0,  60,  60,  0,  0,   0", // cut off, go on at its end
  })
  void ofTheSameLogOffsetsAreCompared(
      long fence, long start, long end, long to, long expired, long skipped, long again) {
    assertThat(Consequences.of(fenceAt(fence), to, Optional.of(new LogBounds(TOPIC, start, end))))
        .isEqualTo(new Consequences(expired, skipped, again));
  }

  @Test
  void ofANewTopicOnlyItsOwnOffsetsCount() {
    Optional<LogBounds> made = Optional.of(new LogBounds(new UUID(2, 2), 5, 40));

    assertThat(Consequences.of(fenceAt(100), 5, made)).isEqualTo(new Consequences(0, 0, 0));
    assertThat(Consequences.of(fenceAt(100), 25, made)).isEqualTo(new Consequences(0, 20, 0));
    assertThat(Consequences.of(Optional.empty(), 25, made)).isEqualTo(new Consequences(0, 20, 0));
  }

  @Test
  void withoutKafkaTheFenceAloneIsCompared() {
    assertThat(Consequences.of(fenceAt(100), 130, Optional.empty()))
        .isEqualTo(new Consequences(0, 30, 0));
    assertThat(Consequences.of(fenceAt(100), 70, Optional.empty()))
        .isEqualTo(new Consequences(0, 0, 30));
    assertThat(Consequences.of(Optional.empty(), 70, Optional.empty()))
        .isEqualTo(new Consequences(0, 70, 0));
  }

  @ParameterizedTest
  @CsvSource({"100, 0, 200, AGREES", "100, 101, 200, EXPIRED", "100, 0, 99, CUT_OFF"})
  void aFenceStandsToItsLog(long fence, long start, long end, Standing standing) {
    assertThat(Standing.of(fenceAt(fence), Optional.of(new LogBounds(TOPIC, start, end))))
        .isEqualTo(standing);
  }
}
