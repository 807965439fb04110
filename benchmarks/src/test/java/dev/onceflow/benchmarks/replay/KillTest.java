package dev.onceflow.benchmarks.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.benchmarks.replay.Kill.Half;
import dev.onceflow.benchmarks.replay.Kill.Victim;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KillTest {
  private static final long SEEDS = 1_000;

  private static Stream<List<Kill>> ofAReprocess() {
    return LongStream.range(0, SEEDS).mapToObj(seed -> Kill.inBothHalves(new Random(seed)));
  }

  private static long count(List<Kill> kills, Half half, Victim victim) {
    return kills.stream().filter(kill -> kill.half() == half && kill.victim() == victim).count();
  }

  @Test
  void aReprocessIsKilledThreeTimesAndInBothHalvesWhateverTheSeed() {
    assertThat(ofAReprocess())
        .allSatisfy(
            kills -> {
              long inTheJob = count(kills, Half.JOB, Victim.COMMAND);
              long inTheReapply = count(kills, Half.OUTPUTS, Victim.COMMAND);
              assertThat(inTheJob).isPositive();
              assertThat(inTheReapply).isPositive();
              assertThat(inTheJob + inTheReapply).isEqualTo(3);
            });
  }

  @Test
  void theWorkerIsKilledOnceAndWhileItApplies() {
    assertThat(ofAReprocess())
        .allSatisfy(
            kills -> {
              assertThat(count(kills, Half.OUTPUTS, Victim.WORKER)).isEqualTo(1);
              assertThat(count(kills, Half.JOB, Victim.WORKER)).isZero();
            });
  }

  @Test
  void killsComeInTheOrderOfTheReplay() {
    assertThat(ofAReprocess())
        .allSatisfy(
            kills ->
                assertThat(kills)
                    .isSortedAccordingTo(
                        Comparator.comparing(Kill::half).thenComparing(Kill::share)));
  }

  @Test
  void theSameSeedKillsAtTheSamePoints() {
    List<Kill> once = Kill.inBothHalves(new Random(7));

    List<Kill> again = Kill.inBothHalves(new Random(7));

    assertThat(again).isEqualTo(once).isNotEqualTo(Kill.inBothHalves(new Random(8)));
  }

  @Test
  void aReapplyIsKilledThreeTimesAndTheWorkerOnce() {
    List<Kill> kills = Kill.inTheReapply(new Random(7));

    assertThat(count(kills, Half.OUTPUTS, Victim.COMMAND)).isEqualTo(3);
    assertThat(count(kills, Half.OUTPUTS, Victim.WORKER)).isEqualTo(1);
    assertThat(kills).hasSize(4);
  }
}
