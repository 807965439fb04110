package dev.onceflow.verification.workload;

import java.time.Duration;

/**
 * At which rate a load is sent when: a function of the seed. Stretches of some seconds, most of
 * them around the rate that is asked for, some slow ones, and bursts; on average about that rate.
 *
 * @param seed decides lengths and rates
 * @param perSecond the rate that is asked for
 */
public record Rates(long seed, int perSecond) {
  private static final int OF = 10;
  private static final int BURSTS = 1;
  private static final int SLOW = 2;

  /**
   * A time with one rate.
   *
   * @param length how long it is
   * @param perSecond records a second, 1 or more: a load that stands still would hold up who waits
   *     for the record after the last
   */
  public record Stretch(Duration length, int perSecond) {}

  /** Checks the rate. */
  public Rates {
    if (perSecond < 1) {
      throw new IllegalArgumentException(
          "The rate is %d records a second: give 1 or more".formatted(perSecond));
    }
  }

  /** The stretch of this index, from 0; there is no last one. */
  public Stretch stretch(long index) {
    Dice dice = new Dice(seed);
    int kind = dice.below(OF, "rate", index);
    if (kind < BURSTS) {
      return stretch(2 + dice.below(3, "length", index), 300);
    } else if (kind < BURSTS + SLOW) {
      return stretch(4 + dice.below(7, "length", index), 20);
    }
    return stretch(
        5 + dice.below(11, "length", index), 80 + dice.below(61, "part of the rate", index));
  }

  private Stretch stretch(int seconds, int percent) {
    return new Stretch(
        Duration.ofSeconds(seconds), (int) Math.max(1, (long) perSecond * percent / 100));
  }
}
