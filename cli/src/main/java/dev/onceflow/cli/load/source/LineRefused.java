package dev.onceflow.cli.load.source;

/**
 * Thrown while a line is read or mapped, and turned into an {@link Item.Refused} before it leaves
 * the source. It has no stack trace, since dirty files throw it often.
 */
public final class LineRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final String column;
  private final Reason reason;

  /**
   * @param column the column or field that is wrong, or empty
   * @param reason why, to count by
   * @param detail why, with the value and what was expected
   */
  public LineRefused(String column, Reason reason, String detail) {
    super(detail, null, false, false);
    this.column = column;
    this.reason = reason;
  }

  /**
   * The refused line.
   *
   * @param line where it stands
   * @param raw the whole line
   */
  public Item.Refused at(long line, String raw) {
    return new Item.Refused(line, column, reason, getMessage(), raw);
  }
}
