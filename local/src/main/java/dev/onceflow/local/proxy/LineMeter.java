package dev.onceflow.local.proxy;

import dev.onceflow.local.proxy.LineCount.Bytes;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a line sees. Safe for use by many threads. */
final class LineMeter {
  final LongAdder accepted = new LongAdder();
  final LongAdder cut = new LongAdder();
  final LongAdder cutBusy = new LongAdder();
  final LongAdder refused = new LongAdder();
  final BothWays passed = new BothWays();
  final BothWays swallowed = new BothWays();
  final BothWays delayed = new BothWays();
  final BothWays throttled = new BothWays();

  LineCount count(int open) {
    return new LineCount(
        open,
        accepted.sum(),
        cut.sum(),
        cutBusy.sum(),
        refused.sum(),
        passed.sum(),
        swallowed.sum(),
        delayed.sum(),
        throttled.sum());
  }

  /** Bytes each way. */
  static final class BothWays {
    private final LongAdder toServer = new LongAdder();
    private final LongAdder toClient = new LongAdder();

    void add(Direction direction, int bytes) {
      (direction == Direction.TO_SERVER ? toServer : toClient).add(bytes);
    }

    private Bytes sum() {
      return new Bytes(toServer.sum(), toClient.sum());
    }
  }
}
