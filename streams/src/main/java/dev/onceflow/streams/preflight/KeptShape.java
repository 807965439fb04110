package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The shapes of topologies that may have state, kept in {@code state.dir} for the next start to be
 * compared with.
 *
 * <p>A topology's first effect is the first Kafka transaction that it commits: state, outputs and
 * offsets before it are aborted by the brokers. So its shape is noted beside the earlier ones right
 * before that commit, and alone right after it.
 *
 * <ul>
 *   <li>A crash before the note: nothing was committed, and the earlier topology can start again.
 *   <li>A crash between note and answer: either may own the state, so the next start must fit both.
 *   <li>A crash after: the earlier one is history.
 * </ul>
 *
 * <p>Written at the start, a deployment that never worked would stand in the way of its own roll
 * back; written once all tasks run, what a task committed before the others were restored would go
 * unseen. Thread-safe.
 */
public final class KeptShape {
  private static final String NEXT_SHAPE = "---";

  private final Path file;
  private final TopologyShape now;
  private boolean noted;
  private volatile boolean kept;

  KeptShape(JobConfig config, TopologyShape now) {
    // Beside Streams' own folder of this application, which it may empty.
    this.file = config.stateDir().resolve("onceflow").resolve(config.applicationId() + ".topology");
    this.now = now;
  }

  /** Those that may have state: the last that surely has, then those that got as far as a note. */
  List<TopologyShape> earlier() throws IOException {
    List<TopologyShape> shapes = new ArrayList<>();
    if (Files.exists(file)) {
      List<String> lines = new ArrayList<>();
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (line.equals(NEXT_SHAPE)) {
          shapes.add(TopologyShape.parse(lines));
          lines.clear();
        } else {
          lines.add(line);
        }
      }
      shapes.add(TopologyShape.parse(lines));
    }
    return shapes;
  }

  /** Says where the shapes are kept. */
  Path file() {
    return file;
  }

  /**
   * Notes that this topology is about to commit; before each commit.
   *
   * @throws JobException if it can't be written: then nothing may be committed
   */
  public void note() {
    if (kept) {
      return;
    }
    synchronized (this) {
      if (noted) {
        return;
      }
      try {
        List<TopologyShape> shapes = new ArrayList<>(readable());
        if (!shapes.contains(now)) {
          shapes.add(now);
          write(shapes);
        }
        noted = true;
      } catch (IOException e) {
        throw new JobException(file + " can't be written: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Keeps this topology's shape alone; after each commit.
   *
   * @throws JobException if it can't be written
   */
  public void keep() {
    if (kept) {
      return;
    }
    synchronized (this) {
      try {
        if (!kept && !readable().equals(List.of(now))) {
          write(List.of(now));
        }
        kept = true;
      } catch (IOException e) {
        throw new JobException(file + " can't be written: " + e.getMessage(), e);
      }
    }
  }

  // What somebody else wrote there was named by preflight, and the start went on all the same.
  private List<TopologyShape> readable() throws IOException {
    try {
      return earlier();
    } catch (IllegalArgumentException notOurs) {
      return List.of();
    }
  }

  private void write(List<TopologyShape> shapes) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("# Which sub-topology each source and store belongs to that may have state.");
    for (TopologyShape shape : shapes) {
      if (lines.size() > 1) {
        lines.add(NEXT_SHAPE);
      }
      lines.addAll(shape.lines());
    }
    Files.createDirectories(file.getParent());
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, lines, StandardCharsets.UTF_8);
    force(next);
    // Whole or not at all: a half-written file would look like a topology that lost its stores.
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(file.getParent());
  }

  // The commit that follows is on the brokers' disks, so this must outlive the machine's crash,
  // too.
  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
