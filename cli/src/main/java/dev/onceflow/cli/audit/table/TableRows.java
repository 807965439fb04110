package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.digest.Place;
import dev.onceflow.cli.audit.digest.Row;
import dev.onceflow.cli.audit.digest.RowSource;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyInputStream;

/**
 * The table's rows, streamed out of the snapshot by binary COPY: what the server sends is the form
 * that rows are compared in, so that nothing is decoded.
 */
final class TableRows implements RowSource {
  /** Signature, flags, length of an extension that there is not. */
  private static final int HEADER_BYTES = 11 + 2 * Integer.BYTES;

  private static final int TRAILER = -1;
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int ROWS_TOLD = 1 << 10;

  private final Snapshot snapshot;
  private final String table;
  private final List<ComparedColumn> columns;
  private final Optional<PositionColumns> positions;
  private final IntConsumer progress;

  /**
   * @param progress told now and then how many more rows were read
   */
  TableRows(
      Snapshot snapshot,
      String table,
      List<ComparedColumn> columns,
      Optional<PositionColumns> positions,
      IntConsumer progress) {
    this.snapshot = snapshot;
    this.table = table;
    this.columns = columns;
    this.positions = positions;
    this.progress = progress;
  }

  @Override
  public void forEach(Sink sink) {
    copy("", sink);
  }

  /**
   * Reads the rows of one ID.
   *
   * @param id the ID column's text
   */
  void forEachOf(String id, Sink sink) {
    copy(
        " WHERE %s = '%s'"
            .formatted(ComparedColumn.quoted(columns.get(0).name()), id.replace("'", "''")),
        sink);
  }

  private void copy(String where, Sink sink) {
    String sql =
        "COPY (SELECT %s FROM %s%s) TO STDOUT (FORMAT binary)"
            .formatted(
                columns.stream().map(ComparedColumn::expression).collect(Collectors.joining(", ")),
                Snapshot.quoted(table),
                where);
    try (Chunks in =
        new Chunks(new PGCopyInputStream(snapshot.connection().unwrap(PGConnection.class), sql))) {
      in.require(HEADER_BYTES);
      in.skip(HEADER_BYTES);
      Row row = new Row();
      int read = 0;
      while (true) {
        in.require(Short.BYTES);
        int fields = in.takeShort();
        if (fields == TRAILER) {
          progress.accept(read);
          in.drain();
          return;
        }
        int length = 0;
        for (int i = 0; i < fields; i++) {
          in.require(length + Integer.BYTES);
          length += Integer.BYTES + Math.max(0, in.intAt(length));
        }
        in.require(length);
        RowBuffer.show(row, in.bytes(), in.position(), length);
        sink.accept(row, place(in));
        in.skip(length);
        read++;
        if (read == ROWS_TOLD) {
          progress.accept(read);
          read = 0;
        }
      }
    } catch (SQLException e) {
      throw snapshot.unreadable(e);
    } catch (IOException e) {
      throw new UserException(
          "Table %s can't be read to its end: %s".formatted(table, e.getMessage()), e);
    }
  }

  private Place place(Chunks in) {
    return positions
        .map(columnsOfPlace -> columnsOfPlace.place(in.bytes(), in.position()))
        .orElse(Place.UNKNOWN);
  }

  /** A window on a stream. */
  private static final class Chunks implements AutoCloseable {
    private final InputStream in;
    private byte[] bytes = new byte[2 * CHUNK_BYTES];
    private int position;
    private int limit;

    Chunks(InputStream in) {
      this.in = in;
    }

    void require(int count) throws IOException {
      if (limit - position >= count) {
        return;
      }
      if (position + count + CHUNK_BYTES > bytes.length) {
        byte[] target =
            count + CHUNK_BYTES > bytes.length ? new byte[2 * (count + CHUNK_BYTES)] : bytes;
        System.arraycopy(bytes, position, target, 0, limit - position);
        bytes = target;
        limit -= position;
        position = 0;
      }
      while (limit - position < count) {
        int read = in.read(bytes, limit, bytes.length - limit);
        if (read < 0) {
          throw new IOException("the server's answer ends in the middle of a row");
        }
        limit += read;
      }
    }

    /** To the end: a COPY that is closed before would be cancelled, and the snapshot lost. */
    void drain() throws IOException {
      while (in.read(bytes, 0, bytes.length) >= 0) {
        position = 0;
      }
    }

    byte[] bytes() {
      return bytes;
    }

    int position() {
      return position;
    }

    int intAt(int offset) {
      return RowBuffer.intAt(bytes, position + offset);
    }

    int takeShort() {
      int value = (short) ((bytes[position] << 8) | (bytes[position + 1] & 0xff));
      position += Short.BYTES;
      return value;
    }

    void skip(int count) {
      position += count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** The values of a row, null where there is none. */
  static byte[][] values(Row row, int columns) {
    byte[][] values = new byte[columns][];
    int at = row.from();
    for (int i = 0; i < columns; i++) {
      int length = RowBuffer.intAt(row.bytes(), at);
      at += Integer.BYTES;
      if (length >= 0) {
        values[i] = Arrays.copyOfRange(row.bytes(), at, at + length);
        at += length;
      }
    }
    return values;
  }
}
