package dev.onceflow.local.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockIT {
  @TempDir private Path folder;

  @Test
  void folderHasOneOwnerAtATimeAndIsFreeAfterSigkill() throws Exception {
    FolderLock mine = FolderLock.of(folder);
    assertThatThrownBy(() -> FolderLock.of(folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    mine.close();

    ChildProcess other =
        ChildProcess.start(
            TestingServer.jvm(TestingServer.Locking.class, folder, folder.toString()).command());
    other.awaitReady(() -> Files.exists(folder.resolve("locked")), Duration.ofSeconds(15));
    assertThatThrownBy(() -> FolderLock.of(folder))
        .hasMessageContainingAll(folder.toString(), Long.toString(other.pid()));

    other.kill();
    FolderLock.of(folder).close();
  }
}
