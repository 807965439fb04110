package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.JobProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A file of the state directory is overwritten with noise: one of a store's tables, or, one time in
 * four, the file with the process's ID. Missed: the process said so in its log, or has another ID.
 */
final class JobStateCorrupted extends JobStateDamaged {
  private static final int PROCESS_FILE_OF = 4;

  @Override
  public String name() {
    return "job-state-corrupted";
  }

  @Override
  public int number() {
    return 68;
  }

  @Override
  Supplier<Optional<String>> damage(JobProcess job, Random random) {
    return random.nextInt(PROCESS_FILE_OF) == 0 ? processFile(job, random) : table(job, random);
  }

  private static Supplier<Optional<String>> processFile(JobProcess job, Random random) {
    Optional<String> before = job.processId();
    overwrite(job.processFile(), random);
    return () ->
        job.processId()
            .filter(now -> !Optional.of(now).equals(before))
            .map(now -> "the file of process %s was noise, it is %s now".formatted(before, now));
  }

  private static Supplier<Optional<String>> table(JobProcess job, Random random) {
    Path table = StoreFolders.largestTable(StoreFolders.any(job, random));
    overwrite(table, random);
    JobLog log = JobLog.fromNow(job);
    return () ->
        log.firstWith("RocksDBException", "is damaged")
            .map(
                line ->
                    "%s was noise, and the log says: %s"
                        .formatted(job.tasksDir().relativize(table), line));
  }

  private static void overwrite(Path file, Random random) {
    try {
      byte[] noise = new byte[(int) Files.size(file)];
      random.nextBytes(noise);
      Files.write(file, noise);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
