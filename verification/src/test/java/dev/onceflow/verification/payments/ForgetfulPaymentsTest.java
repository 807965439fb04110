package dev.onceflow.verification.payments;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.testkit.driver.DriverJob;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.topology.PaymentsTopology;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control: a job that remembers event IDs for a millisecond must fail the suite. */
class ForgetfulPaymentsTest {
  private static final PaymentsSuite SUITE = new PaymentsSuite() {};

  @TempDir private Path folder;

  @Test
  void aJobThatForgetsIsCaught() {
    try (JobUnderTest job =
        DriverJob.start(
            new PaymentsTopology(),
            Map.of("dedupe.horizon.ms", "1", "dedupe.skew.max.ms", "0"),
            folder)) {
      assertThatThrownBy(() -> SUITE.everyEventTakesEffectOnceThroughCopiesAKillAndARestart(job))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("duplicate=");
    }
  }
}
