package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.JobProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a job's processes have written to their log since a moment.
 *
 * @param fromBytes how long the log was then
 */
record JobLog(JobProcess job, long fromBytes) {
  /** From now on. */
  static JobLog fromNow(JobProcess job) {
    try {
      return new JobLog(job, Files.size(job.process().log()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first line with one of these words, or nothing so far. */
  Optional<String> firstWith(String... words) {
    try {
      // Each byte a character: a line that is cut in two is no fault.
      String all = Files.readString(job.process().log(), StandardCharsets.ISO_8859_1);
      return all.substring((int) Math.min(fromBytes, all.length()))
          .lines()
          .filter(line -> Stream.of(words).anyMatch(line::contains))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
