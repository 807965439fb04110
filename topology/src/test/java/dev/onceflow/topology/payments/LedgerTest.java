package dev.onceflow.topology.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
  @ParameterizedTest
  @CsvSource({
    "CAPTURE, 7, -7",
    "SALE,    7, -7",
    "REFUND, -7,  7",
    "CREDIT, -7,  7",
  })
  void everyPostingHasTwoSides(PaymentKind kind, long customer, long merchant) {
    List<LedgerEntry> entries = Postings.of(event(kind, 7, "GBP"));

    assertThat(entries).hasSize(2);
    assertThat(entries.get(0).getAmountMinor()).isPositive();
    assertThat(amount(entries, "customer:alice:GBP")).isEqualTo(customer);
    assertThat(amount(entries, "merchant:shop:GBP")).isEqualTo(merchant);
    assertThat(entries.get(0).getEntryId()).isNotEqualTo(entries.get(1).getEntryId());
  }

  @ParameterizedTest
  @CsvSource({
    "GBP, 1530, 15.3000",
    "JPY, 1530, 1530.0000",
    "BHD, -1530, -1.5300",
    "GBP, 0, 0.0000"
  })
  void aBalanceIsAlsoTheSumInMajorUnits(String currency, long minor, String major) {
    LedgerEntry entry = entry(minor, currency);

    assertThat(Balances.plus(null, entry).getBalance()).hasToString(major);
  }

  @Test
  void aBalanceThatDoesNotFitIsRefusedAndNeverWraps() {
    AccountBalance full = Balances.plus(null, entry(Long.MAX_VALUE, "GBP"));

    assertThatThrownBy(() -> Balances.plus(full, entry(1, "GBP")))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("Account merchant:shop:GBP: balance 9223372036854775807")
        .hasMessageContaining("do not fit 64 bits");
  }

  @Test
  void aBalanceOfEveryKnownCurrencyHasMajorUnits() {
    List<String> known =
        Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .filter(Currencies::isKnown)
            .toList();

    assertThat(known).contains("GBP", "JPY", "BHD", "CLF").doesNotContain("XXX", "XAU", "XTS");
    assertThat(known)
        .allSatisfy(
            code -> assertThat(Balances.plus(null, entry(1, code)).getBalance()).isPositive());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void aDailyTotalThatDoesNotFitIsRefusedAndNeverWraps(long sign) {
    MerchantDailyTotal full = DailyTotals.plus(null, entry(sign * Long.MAX_VALUE, "GBP"));

    assertThatThrownBy(() -> DailyTotals.plus(full, entry(sign, "GBP")))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("Daily total shop|1970-01-01|GBP: 9223372036854775807")
        .hasMessageContaining("do not fit 64 bits");
  }

  private static LedgerEntry entry(long minor, String currency) {
    return new LedgerEntry(
        "id",
        "e",
        "p",
        "merchant:shop:" + currency,
        AccountType.MERCHANT,
        "shop",
        PaymentKind.SALE,
        currency,
        minor,
        Instant.EPOCH,
        LocalDate.EPOCH);
  }

  private static long amount(List<LedgerEntry> entries, String account) {
    return entries.stream()
        .filter(entry -> entry.getAccount().equals(account))
        .mapToLong(LedgerEntry::getAmountMinor)
        .sum();
  }

  private static PaymentEvent event(PaymentKind kind, long amount, String currency) {
    return new PaymentEvent("e", "p", "alice", "shop", kind, amount, currency, Instant.EPOCH, null);
  }
}
