package dev.onceflow.streams.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {
  private static final TopicPartition A = new TopicPartition("changelog", 0);
  private static final TopicPartition B = new TopicPartition("changelog", 1);

  private Instant now = Instant.EPOCH;
  private final RestoreProgress progress = new RestoreProgress(new TestingClock());

  @Test
  void whatIsLeftIsTheSumOverAllChangelogs() {
    progress.onRestoreStart(A, "store", 100, 1_100);
    progress.onRestoreStart(B, "store", 0, 500);
    progress.onBatchRestored(A, "store", 400, 300);

    assertThat(progress.left()).isEqualTo(1_200);
    assertThat(progress.changelogs()).isEqualTo(2);
    assertThat(progress.restored()).isEqualTo(300);
  }

  @Test
  void theEndIsReckonedFromTheRateSoFar() {
    progress.onRestoreStart(A, "store", 0, 1_000);
    assertThat(progress.eta()).isEmpty();

    now = now.plusSeconds(2);
    progress.onBatchRestored(A, "store", 250, 250);

    assertThat(progress.eta()).contains(Duration.ofSeconds(6));
  }

  @Test
  void nothingIsLeftWhenAllHaveEndedHoweverTheyEnded() {
    progress.onRestoreStart(A, "store", 0, 1_000);
    progress.onRestoreStart(B, "store", 0, 1_000);
    progress.onRestoreEnd(A, "store", 990);
    progress.onRestoreSuspended(B, "store", 10);

    assertThat(progress.left()).isZero();
    assertThat(progress.eta()).contains(Duration.ZERO);
  }

  @Test
  void aThreadThatDiesInTheMiddleLeavesNothingBehind() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Thread restoring =
        new Thread(
            () -> {
              progress.onRestoreStart(A, "store", 0, 1_000);
              progress.onRestoreStart(B, "store", 0, 1_000);
              asked.countDown();
              LockSupport.park();
            });
    restoring.start();
    asked.await();
    // B has gone on to this thread, and goes on being restored.
    progress.onRestoreStart(B, "store", 100, 1_000);
    assertThat(progress.left()).isEqualTo(1_900);

    // As Streams does when a thread fails: it says neither end nor suspended.
    LockSupport.unpark(restoring);
    restoring.join();

    assertThat(progress.left()).isEqualTo(900);
    assertThat(progress.changelogs()).isEqualTo(1);
  }

  private final class TestingClock extends Clock {
    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
