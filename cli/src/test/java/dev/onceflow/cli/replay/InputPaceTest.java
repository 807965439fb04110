package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a run holds back; never how long at most, since a machine may be slow. */
class InputPaceTest {
  private static long millis(Runnable action) {
    long fromNs = System.nanoTime();
    action.run();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fromNs);
  }

  @Test
  void recordsTakeAsLongAsTheRateSays() {
    InputPace pace = new InputPace();
    pace.limit(Optional.of(1_000L));

    assertThat(millis(() -> pace.take(100))).isGreaterThanOrEqualTo(99);
  }

  @Test
  void consumersShareTheRate() throws Exception {
    InputPace pace = new InputPace();
    pace.limit(Optional.of(1_000L));
    Thread other = new Thread(() -> pace.take(100));

    long took =
        millis(
            () -> {
              other.start();
              pace.take(100);
              try {
                other.join();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });

    assertThat(took).isGreaterThanOrEqualTo(199);
  }

  @Test
  void rateThatWasTakenAwayHoldsNobodyBack() {
    InputPace pace = new InputPace();
    pace.limit(Optional.of(1_000L));
    pace.take(1);
    pace.limit(Optional.empty());

    // At the rate of before it would take longer than any wait may.
    assertThat(millis(() -> pace.take(10_000_000))).isLessThan(9_000);
  }

  @Test
  void debtIsNeverMoreThanAConsumerMayWait() {
    AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 1);
    InputPace pace = new InputPace(nowNs::get);
    pace.limit(Optional.of(1L));

    assertThat(pace.owedNs(5)).isEqualTo(seconds(5));
    assertThat(pace.owedNs(1_000)).isEqualTo(seconds(10));
    nowNs.addAndGet(seconds(10));
    assertThat(pace.owedNs(1)).isEqualTo(seconds(1));
  }

  @Test
  void debtIsForgottenWithTheRateThatMadeIt() {
    AtomicLong nowNs = new AtomicLong();
    InputPace pace = new InputPace(nowNs::get);
    pace.limit(Optional.of(1L));
    pace.owedNs(8);

    pace.limit(Optional.of(1L));
    assertThat(pace.owedNs(0)).isEqualTo(seconds(8));
    pace.limit(Optional.of(1_000L));
    assertThat(pace.owedNs(1_000)).isEqualTo(seconds(1));
  }

  @Test
  @Timeout(30)
  void whoWaitsGoesOnWhenTheRateIsRaised() throws Exception {
    InputPace pace = new InputPace();
    pace.limit(Optional.of(1L));
    Thread waiting = new Thread(() -> pace.take(10));
    waiting.start();
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }

    pace.limit(Optional.of(1_000L));

    // Without it, ten seconds.
    waiting.join(5_000);
    assertThat(waiting.isAlive()).isFalse();
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
