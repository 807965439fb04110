package dev.onceflow.local.proxy;

/**
 * What a line saw since it was started: the proof that a fault bit.
 *
 * @param open connections that are open now
 * @param accepted connections that were let in
 * @param cut connections that a fault ended
 * @param cutBusy those of them on which bytes had passed in the last second
 * @param refused connections that were not let in while it was down
 * @param passed bytes that went through
 * @param swallowed bytes that a black hole took
 * @param delayed bytes that waited because of a delay
 * @param throttled bytes that waited for their turn
 */
public record LineCount(
    int open,
    long accepted,
    long cut,
    long cutBusy,
    long refused,
    Bytes passed,
    Bytes swallowed,
    Bytes delayed,
    Bytes throttled) {

  /** Bytes each way. */
  public record Bytes(long toServer, long toClient) {
    /** Both ways. */
    public long total() {
      return toServer + toClient;
    }

    private Bytes since(Bytes before) {
      return new Bytes(toServer - before.toServer, toClient - before.toClient);
    }
  }

  /** What came after an earlier count of the same line; {@link #open} stays as it is now. */
  public LineCount since(LineCount before) {
    return new LineCount(
        open,
        accepted - before.accepted,
        cut - before.cut,
        cutBusy - before.cutBusy,
        refused - before.refused,
        passed.since(before.passed),
        swallowed.since(before.swallowed),
        delayed.since(before.delayed),
        throttled.since(before.throttled));
  }
}
