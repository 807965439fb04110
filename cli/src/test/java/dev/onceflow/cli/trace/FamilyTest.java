package dev.onceflow.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.EventIds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FamilyTest {
  private static final String TIMED = "01938f6e-7c00-7a3b-9c1d-52a4a8e0b1c2";
  private static final Instant OCCURRED = Instant.parse("2026-01-01T00:00:00Z");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatFollowsFromAnEventIsKnownByItsRole() {
    Family family = Family.of(TIMED, Optional.empty());
    String debit = EventIds.derive(TIMED, "debit", 0).toString();
    String balance = EventIds.derive(debit, "balance", 0).toString();

    assertThat(family.role(TIMED)).contains("event");
    assertThat(family.role(debit)).contains("debit");
    assertThat(family.role(balance)).contains("balance after the debit");
    assertThat(family.role("01938f6e-7c00-7a3b-9c1d-000000000000")).isEmpty();
  }

  @Test
  void anIdWithoutATimeHasAFamilyOnceItsOccurrenceIsKnown() {
    String credit = EventIds.derive("order-1", "credit", OCCURRED.toEpochMilli()).toString();

    assertThat(Family.of("order-1", Optional.empty()).ids()).containsExactly("order-1");
    assertThat(Family.of("order-1", Optional.of(OCCURRED)).role(credit)).contains("credit");
  }

  @Test
  void anIdIsFoundWhereverItStandsInAValue() {
    Family family = Family.of(TIMED, Optional.empty());
    String debit = EventIds.derive(TIMED, "debit", 0).toString();

    assertThat(family.namedIn(bytes("\u0000\u0001H" + debit + "\u0002"))).contains(debit);
    assertThat(family.namedIn(bytes(TIMED))).contains(TIMED);
    // Of the same millisecond, but another event.
    assertThat(family.namedIn(bytes("x" + TIMED.substring(0, 35) + "x"))).isEmpty();
    assertThat(family.namedIn(null)).isEmpty();
    assertThat(Family.of("order-1", Optional.of(OCCURRED)).namedIn(bytes("{\"id\":\"order-1\"}")))
        .contains("order-1");
  }
}
