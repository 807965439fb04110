package dev.onceflow.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenTopologyTest {
  @TempDir private Path folder;

  @Test
  void aMissingFileSaysHowToWriteIt() {
    assertThatThrownBy(
            () -> GoldenTopology.assertUnchanged(topology("out"), folder.resolve("golden.txt")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Donceflow.golden.write=true");
  }

  @Test
  void theSameTopologyPasses() throws IOException {
    Path golden = written(topology("out"));

    assertThatNoException()
        .isThrownBy(() -> GoldenTopology.assertUnchanged(topology("out"), golden));
  }

  /** The control. */
  @Test
  void aChangedTopologyShowsTheLinesThatChanged() throws IOException {
    Path golden = written(topology("out"));

    assertThatThrownBy(() -> GoldenTopology.assertUnchanged(topology("other"), golden))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("    Source: source (topics: [in])")
        .hasMessageMatching("(?s).*\\n-  *Sink: sink \\(topic: out\\).*")
        .hasMessageMatching("(?s).*\\n\\+  *Sink: sink \\(topic: other\\).*");
    assertThat(golden).content().contains("topic: out");
  }

  private Path written(Topology topology) throws IOException {
    return Files.writeString(
        folder.resolve("golden.txt"), topology.describe().toString().strip() + "\n");
  }

  private static Topology topology(String output) {
    return new Topology().addSource("source", "in").addSink("sink", output, "source");
  }
}
