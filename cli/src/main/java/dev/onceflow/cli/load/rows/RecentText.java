package dev.onceflow.cli.load.rows;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;

/**
 * A reader that remembers the text it has handed out since a line, so that a refused line can be
 * shown as it stands in the file although the CSV parser gives only cells. It counts lines as the
 * parser does: CR, LF and CRLF each end one, inside quotes too. Memory is bounded by {@value
 * #DROP_CHARS} characters beside the longest line.
 */
final class RecentText extends Reader {
  private static final int DROP_CHARS = 1 << 16;
  private static final int CHUNK_CHARS = 1 << 13;

  private final Reader text;
  private char[] kept = new char[2 * DROP_CHARS];
  private int end;

  /** What was handed out; less than {@link #end} after {@link #continueAfter}. */
  private int given;

  /** Where line {@link #firstLine} begins in {@link #kept}; everything before it is forgotten. */
  private int first;

  private long firstLine = 1;
  private long neededLine = 1;

  RecentText(Reader text) {
    this.text = text;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    if (given < end) {
      int again = Math.min(length, end - given);
      System.arraycopy(kept, given, buffer, offset, again);
      given += again;
      return again;
    }
    int count = text.read(buffer, offset, length);
    if (count > 0) {
      makeRoom(count);
      System.arraycopy(buffer, offset, kept, end, count);
      end += count;
      given = end;
    }
    return count;
  }

  /**
   * Goes to the line after {@code line}, which is still remembered, at least its beginning: reads
   * on to its end, and hands out from there.
   *
   * @throws IOException if it can't be read on, or the line is too long
   */
  void continueAfter(long line) throws IOException {
    forgetBefore(line);
    // A line break at the very end may be the first half of CRLF.
    while (afterBreak(lineEnd(first)) >= end) {
      if (end - first > RowFormat.LINE_CHARS_MAX) {
        throw new IOException(
            "line %d has more than %d characters".formatted(line, RowFormat.LINE_CHARS_MAX));
      }
      char[] more = new char[CHUNK_CHARS];
      given = end;
      if (read(more, 0, more.length) < 0) {
        break;
      }
    }
    given = afterBreak(lineEnd(first));
  }

  /**
   * The number of the first line, from {@code line} on, that is not empty; or of the line that is
   * not read yet.
   */
  long nonEmptyFrom(long line) {
    forgetBefore(line);
    long number = line;
    for (int at = first; at < end && lineEnd(at) == at; at = afterBreak(at)) {
      number++;
    }
    return number;
  }

  /** Says that {@link #lines} will not be asked for lines before this one. */
  void needsFrom(long line) {
    neededLine = line;
  }

  /**
   * The text of some lines, without the last one's line break.
   *
   * @param from the first line's number
   * @param count how many lines, at least one; fewer come where the text ends
   */
  String lines(long from, int count) {
    forgetBefore(from);
    int begin = first;
    int stop = begin;
    for (int seen = 0; seen < count; seen++) {
      stop = lineEnd(seen == 0 ? begin : afterBreak(stop));
    }
    return new String(kept, begin, stop - begin);
  }

  private void makeRoom(int count) {
    if (end + count <= kept.length) {
      return;
    }
    forgetBefore(neededLine);
    System.arraycopy(kept, first, kept, 0, end - first);
    end -= first;
    given -= first;
    first = 0;
    if (end + count > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(2 * kept.length, end + count));
    }
  }

  private void forgetBefore(long line) {
    while (firstLine < line && first < end) {
      first = afterBreak(lineEnd(first));
      firstLine++;
    }
  }

  private int lineEnd(int from) {
    int at = from;
    while (at < end && kept[at] != '\n' && kept[at] != '\r') {
      at++;
    }
    return at;
  }

  private int afterBreak(int at) {
    if (at >= end) {
      return end;
    }
    return kept[at] == '\r' && at + 1 < end && kept[at + 1] == '\n' ? at + 2 : at + 1;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
