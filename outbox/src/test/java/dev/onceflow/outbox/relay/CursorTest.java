package dev.onceflow.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.outbox.relay.Cursor.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class CursorTest {
  @Test
  void whatIsMissingBelowTheHighestIsAGap() {
    Cursor cursor = Cursor.START.after(new Snapshot(90, 100), List.of(1L, 3L, 6L), true);

    assertThat(cursor.at()).isEqualTo(6);
    assertThat(cursor.gaps()).containsOnlyKeys(2L, 4L, 5L).containsValue(100L);
  }

  @Test
  void gapThatIsFoundIsNoGapAnyMore() {
    Cursor cursor = Cursor.START.after(new Snapshot(90, 100), List.of(1L, 3L), true);

    assertThat(cursor.after(new Snapshot(95, 105), List.of(2L), true).gaps()).isEmpty();
  }

  @Test
  void gapStaysUntilAllTransactionsOfItsTimeAreOver() {
    Cursor cursor = Cursor.START.after(new Snapshot(90, 100), List.of(2L), true);

    assertThat(cursor.after(new Snapshot(99, 200), List.of(), true).gaps()).containsOnlyKeys(1L);
    assertThat(cursor.after(new Snapshot(100, 200), List.of(), true).gaps()).isEmpty();
  }

  @Test
  void gapThatAPollDidNotReachStays() {
    Cursor cursor = Cursor.START.after(new Snapshot(90, 100), List.of(3L, 9L), true);

    // So many gaps were found that the poll ended at 4: nobody has asked for 5 to 8.
    Cursor next = cursor.after(new Snapshot(150, 200), List.of(1L, 2L, 4L), false);

    assertThat(next.gaps()).containsOnlyKeys(5L, 6L, 7L, 8L);
    assertThat(next.at()).isEqualTo(9);
  }
}
