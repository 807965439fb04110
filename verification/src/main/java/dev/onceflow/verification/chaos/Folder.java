package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a run has its data.
 *
 * @param path the folder
 * @param temporary whether nobody asked for this one
 */
record Folder(Path path, boolean temporary) {
  /** The one that is given, or else a fresh one. */
  static Folder of(Path given) {
    try {
      return given == null
          ? new Folder(Files.createTempDirectory("onceflow-chaos-"), true)
          : new Folder(given.toAbsolutePath(), false);
    } catch (IOException e) {
      throw new UserException("No temporary folder can be made: " + e.getMessage(), e);
    }
  }

  /** Deletes it where it is temporary; nothing may run on it any more. */
  void deleteIfTemporary() {
    if (!temporary) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UserException("The folder %s can't be deleted: %s".formatted(path, e), e);
    }
  }
}
