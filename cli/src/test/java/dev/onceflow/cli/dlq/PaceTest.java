package dev.onceflow.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicLong now = new AtomicLong(1_000);

  private Pace pace(long perSecond) {
    return new Pace(perSecond, now::get, now::addAndGet);
  }

  @Test
  void itKeepsTheRateOverTheRun() {
    Pace pace = pace(100);

    for (int chunk = 0; chunk < 41; chunk++) {
      pace.await(pace.chunk());
    }

    assertThat(pace.chunk()).isEqualTo(25);
    assertThat(now.get()).isEqualTo(1_000 + TimeUnit.SECONDS.toNanos(10));
  }

  @Test
  void timeThatWentByWithoutRecordsIsNotMadeUpFor() {
    Pace pace = pace(10);
    now.addAndGet(TimeUnit.HOURS.toNanos(1));
    long before = now.get();

    pace.await(10);
    pace.await(10);

    assertThat(now.get() - before).isEqualTo(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void withoutARateNothingWaits() {
    Pace pace = pace(0);

    pace.await(1_000_000);
    pace.await(1_000_000);

    assertThat(now.get()).isEqualTo(1_000);
    assertThat(pace.chunk()).isEqualTo(Pace.CHUNK_MAX);
    assertThat(pace(1).chunk()).isEqualTo(1);
  }
}
