package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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
          "every source and store where it was at the last start",
          "tasks would begin without their state, and input would stay unread");

  private final JobConfig config;
  private final TopologyShape shape;

  StateRules(JobConfig config, TopologyShape shape) {
    this.config = config;
    this.shape = shape;
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
    Path file = file(config);
    if (!Files.exists(file)) {
      return COMPATIBLE.held("first start on this state directory");
    }
    try {
      List<String> changes =
          shape.incompatibleWith(
              TopologyShape.parse(Files.readAllLines(file, StandardCharsets.UTF_8)));
      return changes.isEmpty()
          ? COMPATIBLE.held("as at the last start")
          : COMPATIBLE.violated(
              String.join("; ", changes),
              """
              Keep what is there and add the new beside it; or start under another application.id; \
              or, if that state may go, accept it for one start.""");
    } catch (IOException | IllegalArgumentException e) {
      return COMPATIBLE.notVisible(file + ": " + e.getMessage());
    }
  }

  /**
   * Writes down the topology that starts now, for the next start to be compared with.
   *
   * @throws JobException if it can't be written
   */
  static void keep(JobConfig config, TopologyShape shape) {
    Path file = file(config);
    List<String> lines = new ArrayList<>();
    lines.add("# Which sub-topology each source and store belonged to at the last start.");
    lines.addAll(shape.lines());
    try {
      Files.createDirectories(file.getParent());
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.write(next, lines, StandardCharsets.UTF_8);
      // Whole or not at all: a half-written file would look like a topology that lost its stores.
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new JobException(file + " can't be written: " + e.getMessage(), e);
    }
  }

  // Beside Streams' own folder of this application, which it may empty.
  private static Path file(JobConfig config) {
    return config.stateDir().resolve("onceflow").resolve(config.applicationId() + ".topology");
  }
}
