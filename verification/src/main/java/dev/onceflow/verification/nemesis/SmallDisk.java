package dev.onceflow.verification.nemesis;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A disk in memory that is hardly larger than the data folder that was moved onto it, until that is
 * moved back. The folder's server must have ended for both. Unmounted when this JVM ends, unless it
 * is killed; then {@code umount} of what the folder links to does it.
 */
final class SmallDisk {
  private static final long SPARE_KIB = 48 * 1024;
  private static final long DATA_KIB_MAX = 1024 * 1024;
  private static final byte[] BLOCK = new byte[64 * 1024];

  private final Path data;
  private final Path mount;
  private final Thread unmountAtExit;

  private SmallDisk(Path data, Path mount) {
    this.data = data;
    this.mount = mount;
    this.unmountAtExit = new Thread(this::unmount, "unmount-" + mount.getFileName());
  }

  /** Why there can be none here; empty where there can. */
  static Optional<String> leftOut() {
    try {
      Path folder = Files.createTempDirectory("onceflow-mount-");
      try {
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString());
        run("umount", folder.toString());
        return Optional.empty();
      } finally {
        Files.delete(folder);
      }
    } catch (IOException e) {
      return Optional.of("this user can't mount a small disk on this machine");
    }
  }

  /**
   * Moves a folder onto a disk of its own, and leaves a link.
   *
   * @param mount where the disk is mounted; not there yet
   * @throws NothingToStrike if it is too large for the memory
   */
  static SmallDisk under(Path data, Path mount) throws IOException {
    long usedKib = Long.parseLong(run("du", "-sk", data.toString()).split("\\s", 2)[0]);
    if (usedKib > DATA_KIB_MAX) {
      throw new NothingToStrike(
          "%s holds %,d KiB, more than is put into memory (%,d)"
              .formatted(data, usedKib, DATA_KIB_MAX));
    }
    SmallDisk disk = new SmallDisk(data, mount);
    Files.createDirectories(mount);
    run(
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "size=%dk,mode=0755".formatted(usedKib + SPARE_KIB),
        "tmpfs",
        mount.toString());
    Runtime.getRuntime().addShutdownHook(disk.unmountAtExit);
    try {
      disk.copy(data, disk.moved());
      Files.move(data, disk.large());
      Files.createSymbolicLink(data, disk.moved());
      return disk;
    } catch (IOException e) {
      disk.close();
      throw e;
    }
  }

  /** Fills it to the last byte; again, where something became free. */
  void fill() {
    try (OutputStream filler =
        Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        filler.write(BLOCK);
      }
    } catch (IOException full) {
      // That is what it is for.
    }
  }

  /** Takes away what filled it. */
  void free() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves the folder back to where it was, and ends the disk. */
  void moveBack() {
    try {
      Files.delete(data);
      copy(moved(), data);
      run("rm", "-rf", large().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      close();
    }
  }

  private void close() {
    unmount();
    Runtime.getRuntime().removeShutdownHook(unmountAtExit);
  }

  private void unmount() {
    try {
      // Lazily: whoever still looks into it must not keep it.
      run("umount", "-l", mount.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Files that are mostly holes, such as a broker's indexes, must stay so.
  private void copy(Path from, Path to) throws IOException {
    run("cp", "-a", "--sparse=always", from.toString(), to.toString());
  }

  private Path moved() {
    return mount.resolve("data");
  }

  private Path large() {
    return data.resolveSibling(data.getFileName() + ".large");
  }

  private Path filler() {
    return mount.resolve("filler");
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("'%s' said: %s".formatted(String.join(" ", command), said.strip()));
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for '%s'".formatted(command[0]), e);
    }
  }
}
