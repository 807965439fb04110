package dev.onceflow.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.testkit.broker.BrokerJob;
import dev.onceflow.testkit.job.JobUnderTest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The controls on a real broker. */
class SeededBugsIT {
  private static final TotalsSuite SUITE = new TotalsSuite() {};

  @TempDir private Path folder;

  @Test
  void totalsInAFieldAreCaught() {
    try (JobUnderTest job = BrokerJob.start(new ForgetfulJob(), Map.of(), 2, folder)) {
      assertThatThrownBy(() -> SUITE.theNextOwnerRemembersWhatItsPredecessorCounted(job))
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void aJobThatItsProcessWouldNotFindIsRefused() {
    assertThatThrownBy(() -> BrokerJob.start(new UnloggedJob(), Map.of(), 2, folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("META-INF/services");
  }
}
