package dev.onceflow.verification.nemesis;

import dev.onceflow.local.proxy.Direction;
import dev.onceflow.local.proxy.Line;
import dev.onceflow.local.proxy.LineCount;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * A whole line becomes worse for a while. Bitten: bytes of work in progress were held up or lost,
 * or connections on which something had just passed were cut.
 *
 * @param name of the kind of fault
 * @param number as FaultKind has it
 * @param lines how the names of the lines begin, of which one is struck
 * @param effect what is done to it
 * @param holds for how long
 */
record LineStruck(String name, int number, String lines, Effect effect, Duration holds)
    implements FaultKind {
  private static final int SLOW_MS = 2_000;
  private static final long TRICKLE_BYTES = 20_000;

  /** What is done to a line. */
  enum Effect {
    /** Its connections end. */
    CUT,
    /** Nobody gets in any more. */
    DOWN,
    /** Nothing goes through, and nobody is told. */
    BLACK_HOLE,
    /** Answers don't come through, and nobody is told. */
    HALF_OPEN,
    /** All comes two seconds late. */
    DELAYED,
    /** Twenty kilobytes go through in a second. */
    THROTTLED
  }

  @Override
  public String group() {
    return "wire";
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    List<String> candidates =
        cluster.lines().byName().keySet().stream().filter(each -> each.startsWith(lines)).toList();
    String name = candidates.get(random.nextInt(candidates.size()));
    Line line = cluster.lines().byName().get(name);
    LineCount before = line.counts();
    worsen(line);
    return new Blow(name) {
      @Override
      public Bite bite() {
        LineCount count = line.counts().since(before);
        long hit =
            switch (effect) {
              case CUT, DOWN -> count.cutBusy();
              case BLACK_HOLE, HALF_OPEN -> count.swallowed().total();
              case DELAYED -> count.delayed().total();
              case THROTTLED -> count.throttled().total();
            };
        String words =
            "%s: %d connections cut, %d of them busy, %d refused; %,d bytes swallowed, %,d delayed, %,d throttled"
                .formatted(
                    effect,
                    count.cut(),
                    count.cutBusy(),
                    count.refused(),
                    count.swallowed().total(),
                    count.delayed().total(),
                    count.throttled().total());
        return hit > 0 ? Bite.seen(words) : Bite.none(words);
      }

      @Override
      void lift() {
        line.restore();
      }
    };
  }

  private void worsen(Line line) {
    switch (effect) {
      case CUT -> line.cut();
      case DOWN -> line.goDown();
      case BLACK_HOLE -> line.blackHole();
      case HALF_OPEN -> line.halfOpen(Direction.TO_CLIENT);
      case DELAYED -> line.delay(SLOW_MS);
      case THROTTLED -> line.throttle(TRICKLE_BYTES);
    }
  }
}
