package dev.onceflow.cli.load.source;

/** Why a line can't be a payment event. */
public enum Reason {
  /** The line breaks the rules of CSV, most often by a quote that isn't closed. */
  BAD_CSV("not valid CSV"),
  /** The line has more or fewer columns than the header. */
  COLUMN_COUNT("wrong number of columns"),
  /** The line isn't one flat JSON object. */
  BAD_JSON("not a JSON object"),
  /** The line holds bytes that are no text in the file's character set. */
  BAD_TEXT("not valid text"),
  /** A required column is missing or empty. */
  EMPTY("empty"),
  /** A decimal column holds something else. */
  BAD_NUMBER("not a number"),
  /** A time column doesn't have the format that the mapping states. */
  BAD_TIME("not a time"),
  /** An expression can't be evaluated for this line. */
  EXPRESSION("expression failed"),
  /** Nothing was paid. */
  ZERO_AMOUNT("zero amount"),
  /** Amounts are positive; which way the money goes is the kind's. */
  NEGATIVE_AMOUNT("negative amount"),
  /** A part of a minor unit is left, and the mapping states no rounding. */
  FRACTIONAL_AMOUNT("amount not in whole minor units"),
  /** The amount is above what 64 bits hold. */
  AMOUNT_TOO_LARGE("amount too large"),
  /** None of the kinds of a payment event. */
  UNKNOWN_KIND("unknown kind"),
  /** Not a currency of ISO 4217. */
  UNKNOWN_CURRENCY("unknown currency");

  private final String label;

  Reason(String label) {
    this.label = label;
  }

  /** For people, and stable enough to count by. */
  public String label() {
    return label;
  }
}
