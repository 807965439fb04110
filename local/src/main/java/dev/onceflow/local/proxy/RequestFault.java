package dev.onceflow.local.proxy;

import org.apache.kafka.common.protocol.ApiKeys;

/**
 * An order to strike the next requests of a kind.
 *
 * @param api the kind; under transaction.version 2 clients send no AddPartitionsToTxn and no
 *     AddOffsetsToTxn, so that a fault on these never fires
 * @param strike what happens to them
 * @param times how many are struck; {@link #UNTIL_WITHDRAWN} for all that come
 * @param clientIdPrefix how the client IDs of those begin that are struck; {@link #ANY_CLIENT} for
 *     everybody's
 */
public record RequestFault(ApiKeys api, Strike strike, int times, String clientIdPrefix) {
  /** As many as come. */
  public static final int UNTIL_WITHDRAWN = Integer.MAX_VALUE;

  /** The beginning of every client ID. */
  public static final String ANY_CLIENT = "";

  /** Checks itself. */
  public RequestFault {
    if (times < 1) {
      throw new IllegalArgumentException("times is %d: expected at least 1".formatted(times));
    }
  }

  /** The next one only, whoever sends it. */
  public static RequestFault once(ApiKeys api, Strike strike) {
    return new RequestFault(api, strike, 1, ANY_CLIENT);
  }
}
