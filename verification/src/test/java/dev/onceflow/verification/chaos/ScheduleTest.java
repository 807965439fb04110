package dev.onceflow.verification.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.verification.nemesis.FaultKind;
import dev.onceflow.verification.nemesis.Faults;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Duration LENGTH = Duration.ofMinutes(30);
  private static final Duration GAP = Duration.ofSeconds(15);

  private final List<FaultKind> kinds = Faults.all();

  @Test
  void theSameSeedGivesTheSameFaultsAtTheSameTimes() {
    Schedule schedule = new Schedule(7, kinds);
    Schedule again = new Schedule(7, kinds);

    assertThat(turns(300, again::turn)).isEqualTo(turns(300, schedule::turn));
    assertThat(again.overlapping(LENGTH, GAP, 0)).isEqualTo(schedule.overlapping(LENGTH, GAP, 0));
    assertThat(again.turn(11).random().nextLong()).isEqualTo(schedule.turn(11).random().nextLong());
  }

  @Test
  void anotherSeedGivesOthers() {
    Schedule schedule = new Schedule(7, kinds);
    Schedule other = new Schedule(8, kinds);

    assertThat(turns(300, other::turn)).isNotEqualTo(turns(300, schedule::turn));
    assertThat(other.turn(0).seed()).isNotEqualTo(schedule.turn(0).seed());
  }

  @Test
  void eachKindComesOnceInEveryRound() {
    Schedule schedule = new Schedule(7, kinds);

    for (int round = 0; round < 8; round++) {
      int first = round * kinds.size();
      assertThat(
              IntStream.range(first, first + kinds.size())
                  .mapToObj(index -> schedule.turn(index).kind()))
          .containsExactlyInAnyOrderElementsOf(kinds);
    }
  }

  @Test
  void faultsOverlapAroundTheirMeanGap() {
    List<Schedule.Timed> timed = new Schedule(7, kinds).overlapping(LENGTH, GAP, 0);

    assertThat(timed.size()).isBetween(80, 160);
    assertThat(timed).allMatch(each -> each.after().compareTo(LENGTH) < 0);
    assertThat(timed).isSortedAccordingTo((one, two) -> one.after().compareTo(two.after()));
  }

  @Test
  void legsHavePartsOfTheirOwn() {
    Schedule schedule = new Schedule(7, kinds);

    int first = Plan.firstIndex(1, schedule);
    int second = Plan.firstIndex(2, schedule);

    assertThat(first).isZero();
    assertThat(schedule.turn(second).seed()).isNotEqualTo(schedule.turn(first).seed());
    assertThat(schedule.overlapping(LENGTH, GAP, second))
        .isNotEqualTo(schedule.overlapping(LENGTH, GAP, first));
  }

  private static <T> List<T> turns(int count, IntFunction<T> turn) {
    return IntStream.range(0, count).mapToObj(turn).toList();
  }
}
