package dev.onceflow.cli.load;

import dev.onceflow.cli.load.source.Reason;
import dev.onceflow.schemas.event.PaymentKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a load did. {@code read = mapped + rejected}, and {@code sent = mapped} unless nothing was
 * to be sent.
 *
 * @param read lines read
 * @param mapped lines that are payments, damaged ones among them
 * @param sent payments that are in the topic now, zero for a dry run
 * @param rejected lines that are no payments
 * @param reasons rejected lines by reason
 * @param totals what the payments add up to, by kind and currency
 * @param rejectsFile where the rejected lines are, if any
 * @param elapsed how long it took
 */
public record LoadResult(
    long read,
    long mapped,
    long sent,
    long rejected,
    Map<Reason, Long> reasons,
    List<Total> totals,
    Path rejectsFile,
    Duration elapsed) {

  /**
   * The payments of one kind in one currency.
   *
   * @param kind the kind
   * @param currency ISO 4217
   * @param payments how many
   * @param amountMinor their sum in minor units
   */
  public record Total(PaymentKind kind, String currency, long payments, long amountMinor) {}
}
