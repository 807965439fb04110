package dev.onceflow.topology;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.streams.route.Coordinates;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a derived event: CloudEvents attributes, and the coordinates of the input record
 * that it came from.
 */
final class DerivedHeaders {
  private static final Header SOURCE = header(CloudEventHeaders.SOURCE, "/onceflow/payments");
  private static final Header SPEC_VERSION = header(CloudEventHeaders.SPEC_VERSION, "1.0");

  static final DerivedHeaders LEDGER_ENTRY = new DerivedHeaders("dev.onceflow.ledger.entry.v1");
  static final DerivedHeaders REJECTED_PAYMENT =
      new DerivedHeaders("dev.onceflow.payment.rejected.v1");
  static final DerivedHeaders ACCOUNT_BALANCE =
      new DerivedHeaders("dev.onceflow.account.balance.v1");
  static final DerivedHeaders MERCHANT_DAILY_TOTAL =
      new DerivedHeaders("dev.onceflow.merchant.dailytotal.v1");

  private final Header type;

  private DerivedHeaders(String type) {
    this.type = header(CloudEventHeaders.TYPE, type);
  }

  /**
   * @param id the derived event's own ID
   * @param time when it happened
   * @param input where its input record lies
   */
  Headers of(String id, Instant time, Coordinates input) {
    // Not CloudEventHeaders.set: nothing is there that could have to be replaced, and three of the
    // attributes are always the same.
    return new RecordHeaders()
        .add(header(CloudEventHeaders.ID, id))
        .add(SOURCE)
        .add(SPEC_VERSION)
        .add(type)
        .add(header(CloudEventHeaders.TIME, time.toString()))
        .add(header(CloudEventHeaders.INPUT, input.toString()));
  }

  private static Header header(String key, String value) {
    return new RecordHeader(key, value.getBytes(StandardCharsets.UTF_8));
  }
}
