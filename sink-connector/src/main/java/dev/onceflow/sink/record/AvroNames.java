package dev.onceflow.sink.record;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/** Avro's logical types that Connect has none for, by the names of the Avro specification. */
final class AvroNames {
  private AvroNames() {}

  static Optional<Meaning> meaning(String name, Schema.Type type) {
    if (type == Schema.Type.INT32) {
      return switch (name) {
        case "date" -> Optional.of(new Meaning.Day(Times::number));
        case "time-millis" -> Optional.of(new Meaning.TimeOfDay(Times::microsOfMillis));
        default -> Optional.empty();
      };
    }
    if (type != Schema.Type.INT64) {
      return Optional.empty();
    }
    return switch (name) {
      case "time-micros" -> Optional.of(new Meaning.TimeOfDay(Times::number));
      case "timestamp-millis" ->
          Optional.of(new Meaning.Moment(Times::microsOfMillis, Meaning.Zone.UTC));
      case "timestamp-micros" -> Optional.of(new Meaning.Moment(Times::micros, Meaning.Zone.UTC));
      case "timestamp-nanos" ->
          Optional.of(new Meaning.Moment(Times::microsOfNanos, Meaning.Zone.UTC));
      case "local-timestamp-millis" ->
          Optional.of(new Meaning.Moment(Times::microsOfMillis, Meaning.Zone.LOCAL));
      case "local-timestamp-micros" ->
          Optional.of(new Meaning.Moment(Times::micros, Meaning.Zone.LOCAL));
      case "local-timestamp-nanos" ->
          Optional.of(new Meaning.Moment(Times::microsOfNanos, Meaning.Zone.LOCAL));
      default -> Optional.empty();
    };
  }
}
