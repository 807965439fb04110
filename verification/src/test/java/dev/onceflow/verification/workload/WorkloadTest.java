package dev.onceflow.verification.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentEvent;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  private static final int RECORDS = 60_000;
  private static final WorkloadOptions SMALL =
      new WorkloadOptions(
          WorkloadOptions.DEFAULTS.start(),
          500,
          20,
          64,
          WorkloadOptions.DEFAULTS.shares(),
          WorkloadOptions.DEFAULTS.farPositions(),
          1_000);

  private final Workload workload = new Workload(7, SMALL);

  @Test
  void aPositionAlwaysHasTheSameRecord() {
    Workload again = new Workload(7, SMALL);

    for (long position = 40_000; position < 41_000; position++) {
      PlannedRecord record = workload.at(position);
      assertThat(again.at(position)).isEqualTo(record);
    }
    assertThat(new Workload(8, SMALL).at(40_000)).isNotEqualTo(workload.at(40_000));
  }

  @Test
  void theSharesAreAboutWhatIsAskedFor() {
    Map<Special, Integer> counts = new EnumMap<>(Special.class);
    for (long position = 0; position < RECORDS; position++) {
      counts.merge(workload.at(position).special(), 1, Integer::sum);
    }

    WorkloadOptions.Shares shares = SMALL.shares();
    assertThat(counts.get(Special.DUPLICATE_NEAR))
        .isBetween(share(shares.near()) / 2, share(shares.near()) * 2);
    assertThat(counts.get(Special.DUPLICATE_FAR))
        .isBetween(share(shares.far()) / 3, share(shares.far()) * 2);
    assertThat(counts.get(Special.ALTERED))
        .isBetween(share(shares.altered()) / 2, share(shares.altered()) * 2);
    assertThat(counts).containsOnlyKeys(Special.values());
  }

  private static int share(int of) {
    return RECORDS * of / 10_000;
  }

  /** So that what is a copy, and what is altered, never depends on how fast records are sent. */
  @Test
  void copiesComeAfterTheirEventAndWithItsKey() {
    Map<String, PaymentEvent> first = new HashMap<>();
    Map<String, Long> at = new HashMap<>();
    long farthest = 0;
    for (long position = 0; position < RECORDS; position++) {
      PlannedRecord record = workload.at(position);
      PaymentEvent before = first.get(record.event().getEventId());
      switch (record.special()) {
        case DUPLICATE_NEAR, DUPLICATE_FAR -> {
          assertThat(record.event()).isEqualTo(before);
          assertThat(record.key()).isEqualTo(before.getPaymentId());
          farthest = Math.max(farthest, position - at.get(before.getEventId()));
        }
        case ALTERED -> {
          assertThat(record.event()).isNotEqualTo(before);
          assertThat(record.event().getPaymentId()).isEqualTo(before.getPaymentId());
        }
        case NORMAL -> {
          assertThat(before).isNull();
          first.put(record.event().getEventId(), record.event());
          at.put(record.event().getEventId(), position);
        }
        default -> assertThat(before).isNull();
      }
    }
    assertThat(farthest).isBetween(35_000L, 45_000L);
  }
}
