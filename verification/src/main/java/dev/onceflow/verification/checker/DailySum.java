package dev.onceflow.verification.checker;

import java.time.LocalDate;

/**
 * A row of the merchants' daily totals, as the sink adds them up.
 *
 * @param entries how many entries it is the sum of
 */
public record DailySum(
    String merchantId, LocalDate day, String currency, long entries, long amountMinor) {
  String key() {
    return merchantId + '|' + day + '|' + currency;
  }
}
