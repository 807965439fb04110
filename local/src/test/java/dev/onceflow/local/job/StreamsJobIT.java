package dev.onceflow.local.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsJobIT {
  @TempDir private Path folder;

  @Test
  void jobThatCannotStartTellsWhy() {
    Path missing = folder.resolve("missing.properties");

    assertThatThrownBy(() -> StreamsJob.start(folder, "payments", missing, List.of(), () -> false))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("job-payments", "exit code 2");
  }
}
