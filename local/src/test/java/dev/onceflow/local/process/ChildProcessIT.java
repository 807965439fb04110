package dev.onceflow.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildProcessIT {
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir private Path folder;

  @Test
  void pausedChildStandsStillAndGoesOnWhenResumed() throws Exception {
    try (ChildProcess child = counting()) {
      child.pause();
      String paused = Files.readString(count());
      await()
          .during(Duration.ofMillis(200))
          .atMost(SOON)
          .until(() -> Files.readString(count()).equals(paused));
      assertThat(child.alive()).isTrue();

      child.resume();

      await().atMost(SOON).until(() -> !Files.readString(count()).equals(paused));
      child.stop();
      assertThat(child.exitCode()).contains(143);
    }
  }

  @Test
  void pausedChildCanBeKilledAndStopped() throws Exception {
    ChildProcess killed = counting();
    killed.pause();
    killed.kill();
    assertThat(killed.exitCode()).contains(137);

    ChildProcess stopped = counting();
    stopped.pause();
    stopped.stop();
    assertThat(stopped.exitCode()).contains(143);
  }

  @Test
  void pathsReachTheChildWhateverIsInThem() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("a 'b' \"c\" \\d $e #f"));
    Path count = odd.resolve("count");
    try (ChildProcess child =
        ChildProcess.start(
            TestingServer.jvm(TestingServer.Counting.class, odd, count.toString()).command())) {
      child.awaitReady(() -> Files.exists(count), SOON);
    }
  }

  @Test
  void failureToStartTellsNameExitCodeAndEndOfLog() throws Exception {
    ChildProcess child =
        ChildProcess.start(TestingServer.jvm(TestingServer.Failing.class, folder).command());

    assertThatThrownBy(() -> child.awaitReady(() -> false, SOON))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("testing", "exit code 3", "the disk is on fire");
  }

  @Test
  void childThatNeverServesIsEnded() throws Exception {
    ChildProcess child = counting();

    assertThatThrownBy(() -> child.awaitReady(() -> false, Duration.ofMillis(100)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("did not serve");
    assertThat(child.alive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "paused"})
  void noChildSurvivesSigkillOfItsParent(String state) throws Exception {
    Path parentFolder = folder.resolve("parent");
    ChildProcess parent =
        ChildProcess.start(
            TestingServer.jvm(TestingServer.Parent.class, parentFolder, folder.toString(), state)
                .command());
    parent.awaitReady(() -> Files.size(folder.resolve("child")) > 0, SOON);
    long child = Long.parseLong(Files.readString(folder.resolve("child")));
    assertThat(ProcessHandle.of(child)).isPresent();

    // The parent alone: kill() would end its family too.
    ProcessHandle.of(parent.pid()).orElseThrow().destroyForcibly();

    await().atMost(SOON).until(() -> ProcessHandle.of(child).isEmpty());
  }

  @Test
  void childThatRefusesToShutDownIsHaltedWhenItsParentIsGone() throws Exception {
    ChildProcess stubborn =
        ChildProcess.start(
            TestingServer.jvm(TestingServer.Stubborn.class, folder, count().toString()).command());
    stubborn.awaitReady(() -> Files.exists(count()), SOON);

    stubborn.closeInput();

    await().atMost(SOON).until(() -> !stubborn.alive());
  }

  private ChildProcess counting() throws IOException {
    Files.deleteIfExists(count());
    ChildProcess child =
        ChildProcess.start(
            TestingServer.jvm(TestingServer.Counting.class, folder, count().toString()).command());
    child.awaitReady(() -> Files.exists(count()), SOON);
    return child;
  }

  private Path count() {
    return folder.resolve("count");
  }
}
