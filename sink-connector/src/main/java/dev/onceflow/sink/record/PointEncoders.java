package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Struct;

/** Into point, from Debezium's struct and from text. */
final class PointEncoders {
  private static final Pattern TEXT =
      Pattern.compile("\\s*\\(?\\s*([-+.\\deE]+)\\s*,\\s*([-+.\\deE]+)\\s*\\)?\\s*");

  private PointEncoders() {}

  static Optional<ColumnEncoder> of(Meaning meaning) {
    if (meaning instanceof Meaning.Point) {
      return Optional.of((value, out) -> put((Struct) value, out));
    }
    if (meaning instanceof Meaning.Text) {
      return Optional.of((value, out) -> put((String) value, out));
    }
    return Optional.empty();
  }

  private static void put(Struct point, CopyBuffer out) {
    Double x = point.getFloat64("x");
    Double y = point.getFloat64("y");
    if (x == null || y == null) {
      throw new UnfitValueException("a point without x or y");
    }
    out.putPoint(x, y);
  }

  private static void put(String text, CopyBuffer out) {
    Matcher matcher = TEXT.matcher(text);
    try {
      if (matcher.matches()) {
        out.putPoint(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
        return;
      }
    } catch (NumberFormatException notANumber) {
      // Said below.
    }
    throw new UnfitValueException("no point written as (x,y)");
  }
}
