package dev.onceflow.cli.audit.digest;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** A row of a bucket that differs: what is needed to judge it. */
record OpenedRow(Side side, RowId id, RowHash hash, Place place) {
  private static final int FIXED_BYTES = 2 + 2 * Integer.BYTES + 3 * Long.BYTES;

  void write(DataOutputStream out) throws IOException {
    out.writeBoolean(side == Side.TOPIC);
    out.writeInt(id.bytes().length);
    out.write(id.bytes());
    out.writeLong(hash.high());
    out.writeLong(hash.low());
    out.writeInt(place.partition());
    out.writeLong(place.offset());
    out.writeBoolean(place.inSight());
  }

  /** How many bytes {@link #write} makes of it. */
  int writtenBytes() {
    return FIXED_BYTES + id.bytes().length;
  }

  static OpenedRow read(DataInputStream in) throws IOException {
    Side side = in.readBoolean() ? Side.TOPIC : Side.TABLE;
    RowId id = new RowId(in.readNBytes(in.readInt()));
    RowHash hash = new RowHash(in.readLong(), in.readLong());
    return new OpenedRow(side, id, hash, new Place(in.readInt(), in.readLong(), in.readBoolean()));
  }
}
