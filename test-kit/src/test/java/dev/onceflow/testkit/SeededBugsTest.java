package dev.onceflow.testkit;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.testkit.driver.DriverJob;
import dev.onceflow.testkit.job.JobUnderTest;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The controls: what passes for a job without a bug fails for one that has it. */
class SeededBugsTest {
  private static final TotalsSuite SUITE = new TotalsSuite() {};

  @TempDir private Path folder;

  @Test
  void theJobWithoutABugPasses() {
    assertThatNoException()
        .isThrownBy(
            () ->
                run(
                    new TotalsJob(),
                    TotalsSuite::eachEventCountsOnceThroughCopiesRestartsAndKills));
  }

  @Test
  void totalsInAFieldAreCaught() {
    assertThatThrownBy(
            () ->
                run(
                    new ForgetfulJob(),
                    TotalsSuite::theNextOwnerRemembersWhatItsPredecessorCounted))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () ->
                run(
                    new ForgetfulJob(),
                    TotalsSuite::eachEventCountsOnceThroughCopiesRestartsAndKills))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aStoreWithoutAChangelogIsCaught() {
    assertThatThrownBy(
            () ->
                run(new UnloggedJob(), TotalsSuite::theNextOwnerRemembersWhatItsPredecessorCounted))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void copiesThatCountAreCaught() {
    assertThatThrownBy(
            () ->
                run(
                    new CopyCountingJob(),
                    TotalsSuite::eachEventCountsOnceThroughCopiesRestartsAndKills))
        .isInstanceOf(AssertionError.class);
  }

  private void run(TotalsJob factory, BiConsumer<TotalsSuite, JobUnderTest> test) {
    try (JobUnderTest job = DriverJob.start(factory, Map.of(), folder)) {
      test.accept(SUITE, job);
    }
  }
}
