package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.JobProcess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * The folder of one store is gone. Missed: Streams found that a store of the task doesn't say how
 * far it came, and makes the task's state anew, as its log tells.
 */
final class JobStateDeleted extends JobStateDamaged {
  @Override
  public String name() {
    return "job-state-deleted";
  }

  @Override
  public int number() {
    return 9;
  }

  @Override
  Supplier<Optional<String>> damage(JobProcess job, Random random) {
    Path store = StoreFolders.any(job, random);
    long bytes = StoreFolders.bytes(store);
    StoreFolders.delete(store);
    JobLog log = JobLog.fromNow(job);
    return () ->
        log.firstWith("did not find checkpoint offsets", "need to be re-initialized")
            .map(
                line ->
                    "%s with %,d bytes was deleted, and the log says: %s"
                        .formatted(job.tasksDir().relativize(store), bytes, line));
  }
}
