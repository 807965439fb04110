package dev.onceflow.cli.audit.digest;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rows of the buckets that differ, from both sides, in groups of about {@value #GROUP_ROWS}: a
 * group is looked at as a whole, in memory, so more of them wait in files of a temporary folder,
 * which {@link #close} removes. All rows of an ID are in one group. One thread per side may add.
 */
final class OpenedRows implements AutoCloseable {
  private static final int GROUP_ROWS = 250_000;
  private static final int BUFFER_BYTES = 1 << 15;

  private final BitSet buckets;
  private final int groups;
  private final List<OpenedRow> inMemory = new ArrayList<>();
  private final Map<Side, List<DataOutputStream>> files = new EnumMap<>(Side.class);
  private final Path folder;

  /**
   * @param buckets which differ
   * @param rows how many rows they have, of both sides
   */
  OpenedRows(BitSet buckets, long rows) {
    this.buckets = buckets;
    this.groups = (int) Math.max(1, Math.min(RowDigest.BUCKETS / 64, rows / GROUP_ROWS + 1));
    try {
      folder = groups == 1 ? null : Files.createTempDirectory("onceflow-audit");
      for (Side side : Side.values()) {
        List<DataOutputStream> ofSide = new ArrayList<>();
        for (int group = 0; group < groups && folder != null; group++) {
          ofSide.add(
              new DataOutputStream(
                  new BufferedOutputStream(
                      Files.newOutputStream(file(side, group)), BUFFER_BYTES)));
        }
        files.put(side, ofSide);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The temporary folder can't be written to", e);
    }
  }

  private Path file(Side side, int group) {
    return folder.resolve(side + "-" + group);
  }

  /** Takes a row if its bucket differs. */
  void offer(Side side, RowDigest digest, Row row, Place place) {
    int bucket = RowDigest.bucketOf(row);
    if (!buckets.get(bucket)) {
      return;
    }
    OpenedRow opened = new OpenedRow(side, RowId.of(row), digest.hash(row), place);
    if (folder == null) {
      synchronized (inMemory) {
        inMemory.add(opened);
      }
      return;
    }
    try {
      int group = (int) ((long) bucket * groups / RowDigest.BUCKETS);
      opened.write(files.get(side).get(group));
    } catch (IOException e) {
      throw new UncheckedIOException("The temporary folder can't be written to", e);
    }
  }

  /** Gives one group after the other. */
  void forEachGroup(Consumer<List<OpenedRow>> action) {
    if (folder == null) {
      action.accept(inMemory);
      return;
    }
    try {
      closeFiles();
      for (int group = 0; group < groups; group++) {
        List<OpenedRow> rows = new ArrayList<>();
        for (Side side : Side.values()) {
          readInto(rows, file(side, group));
        }
        action.accept(rows);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The temporary folder can't be read", e);
    }
  }

  private static void readInto(List<OpenedRow> rows, Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
      for (long left = Files.size(file); left > 0; ) {
        OpenedRow row = OpenedRow.read(in);
        left -= row.writtenBytes();
        rows.add(row);
      }
    } catch (EOFException e) {
      throw new IOException(file + " ends in the middle of a row", e);
    }
  }

  private void closeFiles() throws IOException {
    for (List<DataOutputStream> ofSide : files.values()) {
      for (DataOutputStream file : ofSide) {
        file.close();
      }
    }
  }

  @Override
  public void close() {
    if (folder == null) {
      return;
    }
    try {
      closeFiles();
      for (Side side : Side.values()) {
        for (int group = 0; group < groups; group++) {
          Files.deleteIfExists(file(side, group));
        }
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be removed", e);
    }
  }
}
