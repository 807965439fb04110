package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.JobProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The folders of RocksDB under a job's state directory: {@code TASK/rocksdb/STORE}. */
final class StoreFolders {
  private static final int DEPTH = 3;

  private StoreFolders() {}

  /**
   * One of them.
   *
   * @throws NothingToStrike if there is none
   */
  static Path any(JobProcess job, Random random) {
    List<Path> stores = all(job);
    if (stores.isEmpty()) {
      throw new NothingToStrike("there is no store under " + job.tasksDir());
    }
    return stores.get(random.nextInt(stores.size()));
  }

  /** Whether there is any. */
  static boolean exist(JobProcess job) {
    return !all(job).isEmpty();
  }

  private static List<Path> all(JobProcess job) {
    if (!Files.isDirectory(job.tasksDir())) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(job.tasksDir(), DEPTH)) {
      return all.filter(path -> path.getParent().endsWith("rocksdb"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The largest of a store's tables.
   *
   * @throws NothingToStrike if it has none
   */
  static Path largestTable(Path store) {
    return files(store).stream()
        .filter(file -> file.toString().endsWith(".sst"))
        .max(Comparator.comparingLong(StoreFolders::size))
        .orElseThrow(() -> new NothingToStrike("there is no table in " + store));
  }

  static long bytes(Path store) {
    return files(store).stream().mapToLong(StoreFolders::size).sum();
  }

  static void delete(Path store) {
    try {
      for (Path file : files(store)) {
        Files.delete(file);
      }
      Files.delete(store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path store) {
    try (Stream<Path> all = Files.list(store)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
