package dev.onceflow.cli.replay;

import java.util.ArrayList;
import java.util.List;

/** Pieces of ranges, spread over them, to read instead of the whole. */
final class Samples {
  private static final int PIECES = 10;

  private Samples() {}

  /**
   * The pieces, in their order, each of all ranges; the first ones begin where the ranges do.
   *
   * @param offsets how many of each range
   */
  static List<List<Range>> of(List<Range> ranges, long offsets) {
    List<List<Range>> pieces = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      List<Range> piece = new ArrayList<>();
      for (Range range : ranges) {
        long from = range.start() + range.size() * i / PIECES;
        long to = range.start() + range.size() * (i + 1) / PIECES;
        long end = Math.min(to, from + Math.max(1, offsets / PIECES));
        piece.add(new Range(range.partition(), range.topicId(), range.logStart(), from, end));
      }
      pieces.add(piece);
    }
    return pieces;
  }
}
