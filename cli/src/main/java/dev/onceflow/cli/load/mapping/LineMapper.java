package dev.onceflow.cli.load.mapping;

import dev.onceflow.cli.load.rows.Rows;
import dev.onceflow.cli.load.source.LineRefused;
import dev.onceflow.cli.load.source.Reason;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes a payment event of a line. What is the same for every line is worked out once; a line costs
 * its cells, its expressions and its IDs. For one thread: it keeps the current line's values.
 */
final class LineMapper {
  private static final char REPLACEMENT = '\uFFFD';

  /** Those that money can be counted in: gold (XAU) and "no currency" (XXX) have no minor unit. */
  static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .filter(currency -> currency.getDefaultFractionDigits() >= 0)
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private static final Map<String, PaymentKind> KINDS =
      Arrays.stream(PaymentKind.values())
          .collect(Collectors.toUnmodifiableMap(PaymentKind::name, kind -> kind));

  private final Mapping mapping;
  private final List<Column> columns;
  private final String[] texts;
  private final LineValues values;

  LineMapper(Mapping mapping) {
    this.mapping = mapping;
    this.columns = mapping.columns();
    this.texts = new String[columns.size()];
    this.values = LineValues.of(columns, mapping.values());
  }

  PaymentEvent map(Rows line) throws LineRefused {
    readColumns(line);
    readValues();
    Instant occurredAt = occurredAt();
    long timeMs = occurredAt.toEpochMilli();
    long amountMinor = amountMinor();
    return new PaymentEvent(
        id(Field.EVENT_ID, line, timeMs),
        id(Field.PAYMENT_ID, line, timeMs),
        required(Field.ACCOUNT_ID),
        required(Field.MERCHANT_ID),
        kind(),
        amountMinor,
        currency(),
        occurredAt,
        text(Field.REFERENCE));
  }

  private void readColumns(Rows line) throws LineRefused {
    for (int i = 0; i < texts.length; i++) {
      Column column = columns.get(i);
      String text = column.text(line.cell(i)).orElse(null);
      if (text == null && !column.optional()) {
        throw new LineRefused(column.from(), Reason.EMPTY, "the column is empty");
      }
      if (text != null && text.indexOf(REPLACEMENT) >= 0) {
        throw notText(column.from());
      }
      texts[i] = text;
      values.put(i, text == null ? null : column.value(text));
    }
  }

  private static LineRefused notText(String column) {
    return new LineRefused(
        column,
        Reason.BAD_TEXT,
        "bytes that are no text in this character set: state the file's own with charset in the mapping");
  }

  private void readValues() throws LineRefused {
    int index = texts.length;
    for (Computed computed : mapping.values()) {
      values.put(index++, computed.value(values));
    }
  }

  private Instant occurredAt() throws LineRefused {
    Object value = value(Field.OCCURRED_AT);
    if (value instanceof Instant time) {
      return time;
    }
    throw value == null
        ? empty(Field.OCCURRED_AT)
        : new LineRefused(
            Field.OCCURRED_AT.key(), Reason.BAD_TIME, "'%s' is not a time".formatted(value));
  }

  private long amountMinor() throws LineRefused {
    String field = Field.AMOUNT_MINOR.key();
    Object value = value(Field.AMOUNT_MINOR);
    if (value == null) {
      throw empty(Field.AMOUNT_MINOR);
    }
    BigDecimal amount;
    try {
      amount = DecimalArithmetic.decimal(value);
    } catch (ArithmeticException e) {
      throw new LineRefused(field, Reason.BAD_NUMBER, e.getMessage());
    }
    if (amount.signum() <= 0) {
      throw amount.signum() == 0
          ? new LineRefused(field, Reason.ZERO_AMOUNT, "the amount is zero: nothing was paid")
          : new LineRefused(
              field,
              Reason.NEGATIVE_AMOUNT,
              "the amount %s must be greater than zero".formatted(amount.toPlainString()));
    }
    if (amount.stripTrailingZeros().scale() > 0) {
      throw new LineRefused(
          field,
          Reason.FRACTIONAL_AMOUNT,
          "the amount %s is not in whole minor units: state scale and rounding in the mapping"
              .formatted(amount.toPlainString()));
    }
    try {
      return amount.longValueExact();
    } catch (ArithmeticException e) {
      throw new LineRefused(
          field,
          Reason.AMOUNT_TOO_LARGE,
          "the amount %s is above %d".formatted(amount.toPlainString(), Long.MAX_VALUE));
    }
  }

  private PaymentKind kind() throws LineRefused {
    String text = required(Field.KIND);
    PaymentKind kind = KINDS.get(text);
    if (kind == null) {
      kind = KINDS.get(text.strip().toUpperCase(Locale.ROOT));
    }
    if (kind == null) {
      throw new LineRefused(
          Field.KIND.key(),
          Reason.UNKNOWN_KIND,
          "'%s' is none of %s".formatted(text, Arrays.toString(PaymentKind.values())));
    }
    return kind;
  }

  private String currency() throws LineRefused {
    String text = required(Field.CURRENCY);
    if (!CURRENCIES.contains(text)) {
      throw new LineRefused(
          Field.CURRENCY.key(),
          Reason.UNKNOWN_CURRENCY,
          "'%s' is not a currency of ISO 4217 with a minor unit, such as GBP".formatted(text));
    }
    return text;
  }

  // Each field's IDs are hashed with the field's name, so that an event ID never equals a
  // payment's.
  private String id(Field field, Rows line, long timeMs) throws LineRefused {
    FieldRule rule = mapping.rule(field);
    if (rule instanceof FieldRule.IdOfLine ofLine) {
      String number =
          ofLine.numberColumn() == FieldRule.IdOfLine.PLACE_IN_FILE
              ? Long.toString(line.line())
              : texts[ofLine.numberColumn()];
      if (number == null) {
        throw empty(field);
      }
      return EventIds.ofContent(timeMs, mapping.source(), field.key(), "line", number).toString();
    }
    if (rule instanceof FieldRule.IdOfContent ofContent) {
      String[] content = line.content(ofContent.columns());
      String[] hashed = new String[content.length + 3];
      hashed[0] = mapping.source();
      hashed[1] = field.key();
      hashed[2] = "content";
      for (int i = 0; i < content.length; i++) {
        if (content[i] != null && content[i].indexOf(REPLACEMENT) >= 0) {
          throw notText(content[i - i % 2]);
        }
        hashed[i + 3] = content[i];
      }
      return EventIds.ofContent(timeMs, hashed).toString();
    }
    return required(field);
  }

  private String required(Field field) throws LineRefused {
    String text = text(field);
    if (text == null || text.isBlank()) {
      throw empty(field);
    }
    return text;
  }

  private String text(Field field) throws LineRefused {
    FieldRule rule = mapping.rule(field);
    if (rule instanceof FieldRule.FromColumn column) {
      return texts[column.index()];
    }
    Object value = value(field);
    return value == null ? null : DecimalArithmetic.text(value);
  }

  private Object value(Field field) throws LineRefused {
    FieldRule rule = mapping.rule(field);
    if (rule instanceof FieldRule.FromColumn column) {
      return values.at(column.index());
    }
    if (rule instanceof FieldRule.Constant constant) {
      return constant.value();
    }
    return rule instanceof FieldRule.FromExpression expression
        ? expression.computed().value(values)
        : null;
  }

  private static LineRefused empty(Field field) {
    return new LineRefused(field.key(), Reason.EMPTY, field.key() + " comes out empty");
  }
}
