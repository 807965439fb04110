package dev.onceflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.registry.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphansIT {
  @TempDir private Path folder;

  /** Starts servers, says so, and stays until it is killed. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
      PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), FreePort.ANY);
      RegistryServer registry = RegistryServer.start(folder.resolve("registry"), FreePort.ANY);
      Files.write(
          folder.resolve("pids"),
          List.of(
              Long.toString(kafka.process().pid()),
              Long.toString(postgres.process().pid()),
              Long.toString(registry.process().pid())));
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  @Test
  void serversEndWithTheirParentAndStartAgainOnTheirFoldersAtOnce() throws Exception {
    ChildProcess parent =
        ChildProcess.start(
            new ChildJvm(
                    "parent",
                    Parent.class.getName(),
                    List.of(folder.toString()),
                    List.of("-Xmx64m"),
                    ChildJvm.ownClassPath(),
                    folder)
                .command());
    parent.awaitReady(() -> Files.exists(folder.resolve("pids")), Duration.ofSeconds(60));
    List<ProcessHandle> servers = parent.family();
    assertThat(servers).hasSizeGreaterThan(8);

    // The parent alone: kill() would end its family too.
    ProcessHandle.of(parent.pid()).orElseThrow().destroyForcibly();
    // Starting waits for what is left over, so these would fail if one of them stayed.
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
        PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), FreePort.ANY);
        RegistryServer registry = RegistryServer.start(folder.resolve("registry"), FreePort.ANY)) {
      assertThat(List.of(kafka, postgres, registry)).allMatch(server -> server.process().alive());
    }

    assertThat(servers).noneMatch(ChildProcess::runs);
  }
}
