package dev.onceflow.topology.payments;

import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The currencies of ISO 4217 that money can be counted in, by their code: those that have a minor
 * unit. Gold, testing codes and "no currency" have none.
 */
final class Currencies {
  private static final Map<String, Integer> FRACTION_DIGITS = fractionDigits();

  private Currencies() {}

  static boolean isKnown(String code) {
    return FRACTION_DIGITS.containsKey(code);
  }

  /** How many decimal digits the minor unit stands for, empty for an unknown currency. */
  static OptionalInt fractionDigits(String code) {
    Integer digits = FRACTION_DIGITS.get(code);
    return digits == null ? OptionalInt.empty() : OptionalInt.of(digits);
  }

  // A map of our own, because Currency.getInstance throws for an unknown code, which is no
  // exception
  // on the way of a record.
  private static Map<String, Integer> fractionDigits() {
    Map<String, Integer> digits = new HashMap<>();
    for (Currency currency : Currency.getAvailableCurrencies()) {
      if (currency.getDefaultFractionDigits() >= 0) {
        digits.put(currency.getCurrencyCode(), currency.getDefaultFractionDigits());
      }
    }
    return Map.copyOf(digits);
  }
}
