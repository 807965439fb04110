package dev.onceflow.verification.sink;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.process.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The versions of Connect that the sink is tried on. */
enum ConnectVersion {
  /** The one that the sink is built against. */
  BUILT_AGAINST {
    @Override
    ConnectWorker start(Path folder, String bootstrapServers, List<Path> plugins) {
      return ConnectWorker.start(folder, FreePort.ANY, bootstrapServers, plugins);
    }
  },
  /** The oldest one that is promised, in a class path that the build has written down. */
  OLDEST {
    @Override
    ConnectWorker start(Path folder, String bootstrapServers, List<Path> plugins) {
      Path classPath = Path.of("target", "connect-oldest.classpath");
      try {
        return ConnectWorker.startVersion(
            Files.readString(classPath).strip(), folder, bootstrapServers, plugins);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  };

  abstract ConnectWorker start(Path folder, String bootstrapServers, List<Path> plugins);
}
