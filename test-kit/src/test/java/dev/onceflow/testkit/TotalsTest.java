package dev.onceflow.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.record.Message;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** In the test driver. */
class TotalsTest extends TotalsSuite {
  @Test
  void offsetsGoOnAfterARestart(JobUnderTest job) {
    amounts(job).sendPoison(null, new byte[] {1});
    job.restart();
    amounts(job).sendPoison(null, new byte[] {2});

    assertThat(job.setAside("amounts-dlq"))
        .extracting(record -> record.at().toString())
        .containsExactly("amounts-0-0", "amounts-0-1");
  }

  @Test
  void whatIsSentWhileTheJobIsDownWaits(JobUnderTest job) {
    job.kill();
    amounts(job).send(Message.of("k", "5").withId("e1"));
    assertThat(totals(job).values()).isEmpty();

    job.restart();

    assertThat(totals(job).values()).containsExactly(5L);
  }

  @Test
  void theGraphIsTheOneThatIsDeployed() {
    GoldenTopology.assertUnchanged(
        new TotalsJob().build(Map.of()), Path.of("src/test/resources/totals-topology.txt"));
  }
}
