package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Into dates, times, timestamps and intervals. What has no zone is UTC, on either side. What the
 * column would round, or a date would cut off, is refused.
 */
final class TemporalEncoders {
  private static final int MICRO_DIGITS = 6;

  private TemporalEncoders() {}

  static Optional<ColumnEncoder> date(Meaning meaning) {
    if (meaning instanceof Meaning.Day day) {
      return Optional.of((value, out) -> out.putDate(day.read().applyAsLong(value)));
    }
    return micros(meaning)
        .map(read -> (value, out) -> out.putDate(dayAtMidnight(read.applyAsLong(value))));
  }

  private static long dayAtMidnight(long unixMicros) {
    if (unixMicros == CopyBuffer.INFINITY || unixMicros == CopyBuffer.MINUS_INFINITY) {
      return unixMicros;
    }
    if (Math.floorMod(unixMicros, Times.DAY_MICROS) != 0) {
      throw new UnfitValueException("has a time of day, which a date would lose");
    }
    return Math.floorDiv(unixMicros, Times.DAY_MICROS);
  }

  static Optional<ColumnEncoder> timestamp(Meaning meaning, TargetType target) {
    long unit = unit(target);
    return micros(meaning)
        .map(
            read ->
                unit == 1
                    ? (value, out) -> out.putTimestampMicros(read.applyAsLong(value))
                    : (value, out) ->
                        out.putTimestampMicros(whole(read.applyAsLong(value), unit, target)));
  }

  /** Reads Unix microseconds. */
  private static Optional<ToLongFunction<Object>> micros(Meaning meaning) {
    if (meaning instanceof Meaning.Moment moment) {
      return Optional.of(moment.read());
    }
    if (meaning instanceof Meaning.Day day) {
      return Optional.of(value -> Times.microsOfDay(day.read().applyAsLong(value)));
    }
    return meaning instanceof Meaning.Text
        ? Optional.of(value -> TemporalText.timestamp((String) value))
        : Optional.empty();
  }

  static Optional<ColumnEncoder> time(Meaning meaning, TargetType target) {
    long unit = unit(target);
    boolean hasZone = target.type().orElseThrow() == ColumnType.TIMETZ;
    if (meaning instanceof Meaning.TimeOfDay time) {
      return Optional.of(
          (value, out) -> {
            long micros = whole(time.read().applyAsLong(value), unit, target);
            if (hasZone) {
              out.putTimetz(micros, 0);
            } else {
              out.putTime(micros);
            }
          });
    }
    if (meaning instanceof Meaning.Text) {
      return Optional.of(
          (value, out) -> {
            TemporalText.Clock clock = TemporalText.clock((String) value);
            whole(clock.micros(), unit, target);
            if (hasZone) {
              out.putTimetz(clock.micros(), clock.offsetSeconds());
            } else {
              out.putTime(clock.utcMicros());
            }
          });
    }
    return Optional.empty();
  }

  static Optional<ColumnEncoder> interval(Meaning meaning, TargetType target) {
    long unit = unit(target);
    if (meaning instanceof Meaning.Span span) {
      return Optional.of(
          (value, out) ->
              out.putInterval(0, 0, whole(span.read().applyAsLong(value), unit, target)));
    }
    if (meaning instanceof Meaning.Text) {
      return Optional.of(
          (value, out) -> {
            IntervalText.Parts parts = IntervalText.parse((String) value);
            out.putInterval(parts.months(), parts.days(), whole(parts.micros(), unit, target));
          });
    }
    return Optional.empty();
  }

  /** Microseconds in the last digit that the column has. */
  private static long unit(TargetType target) {
    long unit = 1;
    for (int digits = target.secondDigits(); digits < MICRO_DIGITS; digits++) {
      unit *= 10;
    }
    return unit;
  }

  private static long whole(long micros, long unit, TargetType target) {
    if (micros % unit != 0
        && micros != CopyBuffer.INFINITY
        && micros != CopyBuffer.MINUS_INFINITY) {
      throw new UnfitValueException(
          "has more than "
              + target.secondDigits()
              + " digits of a second, which the column would round");
    }
    return micros;
  }
}
