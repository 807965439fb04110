package dev.onceflow.sink.schema;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.ValueSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/** How a field's name becomes a column's, where the configuration doesn't name the column. */
public enum ColumnNaming {
  /** The same name, letter by letter. */
  AS_IS("as-is"),
  /** {@code orderLineID} and {@code order-line.ID} become {@code order_line_id}. */
  SNAKE_CASE("snake_case"),
  /** {@code OrderId} becomes {@code orderid}. */
  LOWER("lower");

  // Before a capital that follows a small letter or a digit, and before the last capital of several
  // where a small letter follows: HTTPServer is http_server.
  private static final Pattern HUMP =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
  private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final String text;

  ColumnNaming(String text) {
    this.text = text;
  }

  /** As the configuration writes it. */
  public String text() {
    return text;
  }

  /** The column for a field. */
  public String column(String field) {
    return switch (this) {
      case AS_IS -> field;
      case LOWER -> field.toLowerCase(Locale.ROOT);
      case SNAKE_CASE ->
          OTHER
              .matcher(HUMP.matcher(field).replaceAll("_"))
              .replaceAll("_")
              .toLowerCase(Locale.ROOT);
    };
  }

  /**
   * Each field of a value, mapped to the column of its name.
   *
   * @return empty for anything but a struct
   * @throws SchemaMismatchException where two fields would go to one column
   */
  public List<ColumnMapping> mappings(Schema value) {
    List<ColumnMapping> mappings = new ArrayList<>();
    if (value == null || value.type() != Schema.Type.STRUCT) {
      return mappings;
    }
    Map<String, String> fields = new HashMap<>();
    for (Field field : value.fields()) {
      String column = column(field.name());
      String other = fields.put(column, field.name());
      if (other != null) {
        throw new SchemaMismatchException(
            "fields %s and %s of schema %s both go to column %s with column.naming=%s; name their columns"
                .formatted(other, field.name(), value.name(), column, text));
      }
      mappings.add(new ColumnMapping(column, new ValueSource.Field(field.name())));
    }
    return mappings;
  }
}
