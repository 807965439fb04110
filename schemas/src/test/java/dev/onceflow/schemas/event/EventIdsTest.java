package dev.onceflow.schemas.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventIdsTest {
  private static final long MS = 1_291_191_960_000L;

  @Test
  void sameContentGivesTheSameId() {
    assertThat(EventIds.ofContent(MS, "a", "b")).isEqualTo(EventIds.ofContent(MS, "a", "b"));
  }

  @Test
  void fieldsDoNotRunIntoEachOther() {
    assertThat(EventIds.ofContent(MS, "ab", "c")).isNotEqualTo(EventIds.ofContent(MS, "a", "bc"));
    assertThat(EventIds.ofContent(MS, "a", null)).isNotEqualTo(EventIds.ofContent(MS, "a", ""));
    assertThat(EventIds.ofContent(MS, "a")).isNotEqualTo(EventIds.ofContent(MS, "a", ""));
  }

  @Test
  void theTimeIsReadBackFromTheId() {
    UUID id = EventIds.ofContent(MS, "a");

    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(EventIds.timeMs(id.toString())).hasValue(MS);
  }

  @Test
  void derivedIdsKeepTheParentsTimeAndDifferByRole() {
    String parent = EventIds.ofContent(MS, "parent").toString();

    UUID debit = EventIds.derive(parent, "debit", 0);

    assertThat(EventIds.timeMs(debit.toString())).hasValue(MS);
    assertThat(debit).isNotEqualTo(EventIds.derive(parent, "credit", 0));
  }

  @Test
  void parentsWithoutATimeLendTheirOccurredAt() {
    assertThat(EventIds.timeMs(EventIds.derive("order-42", "debit", MS).toString())).hasValue(MS);
  }

  @Test
  void onlyCanonicalVersion7HasATime() {
    assertThat(EventIds.timeMs("order-42")).isEmpty();
    assertThat(EventIds.timeMs(UUID.nameUUIDFromBytes(new byte[1]).toString())).isEmpty();
    assertThat(EventIds.timeMs("zzzzzzzz-zzzz-7zzz-8zzz-zzzzzzzzzzzz")).isEmpty();
  }
}
