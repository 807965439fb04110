package dev.onceflow.verification.report;

/**
 * Some readings, one behind the other, as one: what they were on average, at least and at most.
 *
 * @param leg their leg
 * @param from where they begin, in seconds of the run
 * @param to where they end
 * @param mean their average, each weighted with its time
 * @param min the least
 * @param max the greatest
 * @param known false where nothing could be read: a gap
 */
record Point(int leg, double from, double to, double mean, double min, double max, boolean known) {
  double middle() {
    return (from + to) / 2;
  }

  double seconds() {
    return to - from;
  }
}
