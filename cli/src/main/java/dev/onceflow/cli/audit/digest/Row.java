package dev.onceflow.cli.audit.digest;

/**
 * One row, as both sides write it alike: its ID, then everything else, each part preceded by its
 * length. A view of a buffer that its owner uses again: valid during the call that it is given to.
 */
public final class Row {
  private byte[] bytes = new byte[0];
  private int from;
  private int length;
  private int idFrom;
  private int idLength;

  /** Points at another row. */
  public void set(byte[] buffer, int rowFrom, int rowLength, int rowIdFrom, int rowIdLength) {
    bytes = buffer;
    from = rowFrom;
    length = rowLength;
    idFrom = rowIdFrom;
    idLength = rowIdLength;
  }

  /** The buffer that the row stands in. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the row begins. */
  public int from() {
    return from;
  }

  /** How many bytes it has. */
  public int length() {
    return length;
  }

  /** Where its ID begins. */
  public int idFrom() {
    return idFrom;
  }

  /** How many bytes the ID has. */
  public int idLength() {
    return idLength;
  }
}
