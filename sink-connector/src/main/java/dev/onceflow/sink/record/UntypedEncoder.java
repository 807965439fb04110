package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.HashMap;
import java.util.Map;

/** Encodes values that come without a schema, by their Java classes. Belongs to one thread. */
final class UntypedEncoder implements ColumnEncoder {
  private final TargetType target;
  private final Map<Class<?>, ColumnEncoder> encoders = new HashMap<>();

  private Class<?> lastClass;
  private ColumnEncoder last;

  UntypedEncoder(TargetType target) {
    this.target = target;
  }

  @Override
  public void encode(Object value, CopyBuffer out) {
    if (value.getClass() != lastClass) {
      last = encoders.computeIfAbsent(value.getClass(), c -> encoder(value));
      lastClass = value.getClass();
    }
    last.encode(value, out);
  }

  private ColumnEncoder encoder(Object value) {
    return ColumnEncoder.of(UntypedValues.meaning(value), target)
        .orElseThrow(() -> unfit(value, target));
  }

  static UnfitValueException unfit(Object value, TargetType target) {
    return new UnfitValueException(
        "a "
            + value.getClass().getSimpleName()
            + ", which can't go to a column of type "
            + target.declared());
  }
}
