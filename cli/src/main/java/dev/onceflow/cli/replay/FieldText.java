package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * The text of a field, where every converter of Connect makes the same of it: text, a whole number
 * in decimal, true or false. A name with dots goes before a path.
 *
 * @param isTold whether that can be said of it; else the sink may see something else
 * @param text empty for null, and where there is no such field
 */
record FieldText(boolean isTold, Optional<String> text) {
  static final FieldText NONE = new FieldText(true, Optional.empty());
  static final FieldText UNTOLD = new FieldText(false, Optional.empty());

  private static final Set<String> PLAIN_TYPES =
      Set.of("string", "boolean", "int8", "int16", "int32", "int64");

  /** A value and what is inside it, whatever it was read from. */
  private interface Place {
    /** Empty where it has no part of that name. */
    Optional<Place> part(String name);

    FieldText text();
  }

  /** Of a decoded value. */
  static FieldText of(Values.Decoded decoded, String path) {
    if (decoded.schema().isPresent()) {
      return at(new Typed((JsonNode) decoded.value(), decoded.schema().get()), path);
    }
    if (decoded.value() instanceof GenericRecord struct) {
      return at(new Avro(struct, struct.getSchema()), path);
    }
    return decoded.value() instanceof JsonNode node && node.isObject()
        ? at(new Bare(node), path)
        : UNTOLD;
  }

  private static FieldText at(Place place, String path) {
    Optional<Place> whole = place.part(path);
    if (whole.isPresent()) {
      return whole.get().text();
    }
    int dot = path.indexOf('.');
    return dot < 0
        ? NONE
        : place
            .part(path.substring(0, dot))
            .map(inner -> at(inner, path.substring(dot + 1)))
            .orElse(NONE);
  }

  private static FieldText told(String text) {
    return new FieldText(true, Optional.of(text));
  }

  private static FieldText scalar(JsonNode node) {
    boolean isPlain =
        node.isTextual()
            || node.isBoolean()
            || (node.isIntegralNumber() && node.canConvertToLong());
    return node.isNull() ? NONE : isPlain ? told(node.asText()) : UNTOLD;
  }

  /** JSON by itself. */
  private record Bare(JsonNode node) implements Place {
    @Override
    public Optional<Place> part(String name) {
      return node.isObject()
          ? Optional.ofNullable(node.get(name)).map(Bare::new)
          : Optional.empty();
    }

    @Override
    public FieldText text() {
      return scalar(node);
    }
  }

  /** JSON with Connect's schema, which says what is there and of what type. */
  private record Typed(JsonNode node, JsonNode schema) implements Place {
    @Override
    public Optional<Place> part(String name) {
      for (JsonNode field : schema.path("fields")) {
        if (field.path("field").asText().equals(name)) {
          return Optional.of(new Typed(node.path(name), field));
        }
      }
      // Maps inside maps, and nothing else: see the sink's ValueReader.
      return schema.path("type").asText().equals("map")
          ? new Bare(node).part(name)
          : Optional.empty();
    }

    @Override
    public FieldText text() {
      if (node.isNull() || node.isMissingNode()) {
        // The converter may put the default there.
        return schema.has("default") ? UNTOLD : NONE;
      }
      boolean isPlain =
          PLAIN_TYPES.contains(schema.path("type").asText()) && schema.path("name").isMissingNode();
      return isPlain ? scalar(node) : UNTOLD;
    }
  }

  private record Avro(Object datum, Schema declared) implements Place {
    private Schema schema() {
      return declared.isUnion() && declared.getTypes().size() <= 2
          ? declared.getTypes().stream()
              .filter(branch -> branch.getType() != Schema.Type.NULL)
              .findFirst()
              .orElse(declared)
          : declared;
    }

    @Override
    public Optional<Place> part(String name) {
      if (schema().getType() == Schema.Type.RECORD) {
        return Optional.ofNullable(schema().getField(name))
            .map(field -> new Avro(inside(field.pos()), field.schema()));
      }
      return schema().getType() == Schema.Type.MAP && datum instanceof Map<?, ?> map
          ? entry(map, name)
          : Optional.empty();
    }

    private Object inside(int position) {
      return datum instanceof GenericRecord struct ? struct.get(position) : null;
    }

    private Optional<Place> entry(Map<?, ?> map, String name) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (entry.getKey().toString().equals(name)) {
          Avro value = new Avro(entry.getValue(), schema().getValueType());
          // Structs inside maps have no parts to the sink: see its ValueReader.
          boolean isStruct = value.schema().getType() == Schema.Type.RECORD;
          return Optional.of(isStruct ? new Whole() : value);
        }
      }
      return Optional.empty();
    }

    @Override
    public FieldText text() {
      if (datum == null) {
        return NONE;
      }
      boolean isPlain =
          schema().getLogicalType() == null
              && switch (schema().getType()) {
                case STRING, ENUM, BOOLEAN, INT, LONG -> true;
                default -> false;
              };
      return isPlain ? told(datum.toString()) : UNTOLD;
    }
  }

  /** What is there and is no text. */
  private record Whole() implements Place {
    @Override
    public Optional<Place> part(String name) {
      return Optional.empty();
    }

    @Override
    public FieldText text() {
      return UNTOLD;
    }
  }
}
