package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where state lies, and whether this topology can take over what lies there. */
final class StateRules {
  private static final Set<String> MEMORY_FILE_SYSTEMS = Set.of("tmpfs", "ramfs");

  private static final Finding.Rule STATE_DIR =
      new Finding.Rule(
          "state.dir",
          "a writable directory on a disk that outlives the process",
          """
          with it go the process ID, which ends the instance's own abandoned transaction at once, \
          and all local state""");

  private static final Finding.Rule NAMES =
      new Finding.Rule(
          "names.explicit",
          "a name of its own for each store and each repartition topic",
          "generated names change with the topology, and state is lost with them");

  private static final Finding.Rule COMPATIBLE =
      new Finding.Rule(
          "topology.compatible",
          "every source and store where it was when the job last committed here",
          "tasks would begin without their state, and input would stay unread");

  private final JobConfig config;
  private final TopologyShape shape;
  private final KeptShape kept;

  StateRules(JobConfig config, TopologyShape shape, KeptShape kept) {
    this.config = config;
    this.shape = shape;
    this.kept = kept;
  }

  List<Finding> check() {
    return List.of(stateDir(), names(), compatible());
  }

  private Finding stateDir() {
    Path dir = config.stateDir().toAbsolutePath().normalize();
    Path there = dir;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
        return STATE_DIR.violated(
            dir + " can't be written", "Give this process the right to write there.");
      }
      String type = Files.getFileStore(there).type();
      Path real = there.toRealPath();
      Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
      if (MEMORY_FILE_SYSTEMS.contains(type)) {
        return STATE_DIR.violated(
            dir + " is in memory (" + type + ")", "Set state.dir to a directory on a disk.");
      }
      if (real.startsWith(temporary)) {
        return STATE_DIR.violated(
            dir + " lies in the directory for temporary files",
            "Set state.dir to a directory that nothing cleans.");
      }
      return STATE_DIR.held(dir + " on " + type);
    } catch (IOException e) {
      return STATE_DIR.notVisible(dir + ": " + e.getMessage());
    }
  }

  private Finding names() {
    List<String> generated = shape.generatedNames();
    return generated.isEmpty()
        ? NAMES.held(shape.stores().size() + " stores, all named")
        : NAMES.violated(
            "generated: " + String.join(", ", generated),
            "Name them in the topology: Materialized.as, Grouped.as, Repartitioned.as, Named.as.");
  }

  private Finding compatible() {
    try {
      List<TopologyShape> earlier = kept.earlier();
      if (earlier.isEmpty()) {
        return COMPATIBLE.held("no state on this state directory yet");
      }
      Set<String> changes = new LinkedHashSet<>(shape.incompatibleWith(earlier.get(0)));
      for (TopologyShape noted : earlier.subList(1, earlier.size())) {
        shape
            .incompatibleWith(noted)
            .forEach(
                change -> changes.add(change + " (of a start that ended at its first commit)"));
      }
      return changes.isEmpty()
          ? COMPATIBLE.held("as when it last ran here")
          : COMPATIBLE.violated(
              String.join("; ", changes),
              """
              Keep what is there and add the new beside it; or start under another application.id; \
              or, if that state may go, accept it for one start.""");
    } catch (IOException | IllegalArgumentException e) {
      return COMPATIBLE.notVisible(kept.file() + ": " + e.getMessage());
    }
  }
}
