package dev.onceflow.verification.cluster;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A wall clock that can be set for one process while it runs: libfaketime, which reads by how much
 * it is off from a file. The monotonic clock stays true.
 */
public final class FakeClock {
  private static final Optional<Path> LIBRARY =
      Stream.of("x86_64-linux-gnu", "aarch64-linux-gnu")
          .map(machine -> Path.of("/usr/lib", machine, "faketime", "libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst();

  private final Path file;

  FakeClock(Path file) {
    this.file = file;
    jump(Duration.ZERO);
  }

  /** Why there is none on this machine; empty where there is. */
  public static Optional<String> impossible() {
    return LIBRARY.isPresent()
        ? Optional.empty()
        : Optional.of("libfaketime isn't installed (Debian: apt-get install faketime)");
  }

  /** From now on the process's clock is off by this. */
  public void jump(Duration by) {
    try {
      Path whole = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(whole, (by.isNegative() ? "" : "+") + by.toSeconds());
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UserException("%s can't be written: %s".formatted(file, e), e);
    }
  }

  /** What a process is started with. */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", LIBRARY.orElseThrow().toString(),
        "FAKETIME_TIMESTAMP_FILE", file.toString(),
        "FAKETIME_NO_CACHE", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "DONT_FAKE_MONOTONIC", "1");
  }
}
