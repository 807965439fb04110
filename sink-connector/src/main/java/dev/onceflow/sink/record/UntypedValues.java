package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/** What values without a schema mean, by their Java classes. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class UntypedValues {
  private UntypedValues() {}

  /** Depends on nothing but the value's class, but for structs. */
  static Meaning meaning(Object value) {
    if (value instanceof String) {
      return new Meaning.Text();
    }
    if (value instanceof Boolean) {
      return new Meaning.Truth();
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Map) {
      return new Meaning.Mapping(Optional.empty(), Optional.empty());
    }
    if (value instanceof List) {
      return new Meaning.Elements(Optional.empty());
    }
    if (value instanceof byte[] || value instanceof ByteBuffer) {
      return new Meaning.Binary();
    }
    if (value instanceof java.util.Date) {
      return new Meaning.Moment(Times::microsOfDate, Meaning.Zone.UTC);
    }
    throw unknown(value);
  }

  private static Meaning number(Number value) {
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return new Meaning.Whole();
    }
    if (value instanceof Double || value instanceof Float) {
      return new Meaning.Floating();
    }
    if (value instanceof BigDecimal) {
      return new Meaning.Exact(BigDecimal.class::cast);
    }
    if (value instanceof BigInteger) {
      return new Meaning.Exact(integer -> new BigDecimal((BigInteger) integer));
    }
    throw unknown(value);
  }

  private static UnfitValueException unknown(Object value) {
    return new UnfitValueException(
        value instanceof Struct
            ? "a struct among values without a schema"
            : "of the class " + value.getClass().getName() + ", which no converter gives");
  }
}
