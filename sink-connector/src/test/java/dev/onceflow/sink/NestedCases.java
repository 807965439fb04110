package dev.onceflow.sink;

import static dev.onceflow.sink.TypeCase.holds;
import static dev.onceflow.sink.TypeCase.refused;

import java.math.BigDecimal;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/** Structs and maps, to json, hstore and vectors. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class NestedCases {
  private static final Schema INNER =
      SchemaBuilder.struct().optional().field("n", Schema.OPTIONAL_FLOAT64_SCHEMA).build();
  private static final Schema NESTED =
      SchemaBuilder.struct()
          .field("text", Schema.STRING_SCHEMA)
          .field("amount", Decimal.schema(2))
          .field("bytes", Schema.BYTES_SCHEMA)
          .field("at", Timestamp.SCHEMA)
          .field("json", SchemaBuilder.string().name("io.debezium.data.Json").build())
          .field("defaulted", SchemaBuilder.int32().optional().defaultValue(7).build())
          .field("inner", INNER)
          .field("list", SchemaBuilder.array(INNER).build())
          .build();
  private static final Schema MAP =
      SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA).build();
  private static final Schema NUMBERS =
      SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.INT64_SCHEMA).build();
  private static final Schema SPARSE =
      SchemaBuilder.struct()
          .name("io.debezium.data.SparseVector")
          .field("dimensions", Schema.INT16_SCHEMA)
          .field("vector", SchemaBuilder.map(Schema.INT16_SCHEMA, Schema.FLOAT64_SCHEMA).build())
          .build();

  private NestedCases() {}

  static Stream<TypeCase> all() {
    return Stream.of(structs(), maps(), vectors()).flatMap(s -> s);
  }

  private static Struct nested() {
    return new Struct(NESTED)
        .put("text", "a \"quote\"\n\u0001")
        .put("amount", new BigDecimal("12345678901234567890.10"))
        .put("bytes", new byte[] {0, 1, -1})
        .put("at", new Date(1))
        .put("json", "{\"as\": \"it is\"}")
        .put("defaulted", null)
        .put("inner", new Struct(INNER).put("n", 0.1))
        .put("list", List.of(new Struct(INNER)));
  }

  private static Stream<TypeCase> structs() {
    String json =
        "{\"text\":\"a \\\"quote\\\"\\n\\u0001\",\"amount\":12345678901234567890.10,"
            + "\"bytes\":\"AAH/\",\"at\":\"1970-01-01T00:00:00.001Z\","
            + "\"json\":{\"as\": \"it is\"},\"defaulted\":null,\"inner\":{\"n\":0.1},"
            + "\"list\":[{\"n\":null}]}";
    return Stream.of(
        holds("json", NESTED, nested(), json),
        holds("text", NESTED, nested(), json),
        holds("jsonb", INNER, new Struct(INNER).put("n", 1.0), "{\"n\": 1.0}"),
        refused("varchar(5)", INNER, new Struct(INNER), "longer than 5 characters"),
        refused(
            "jsonb",
            NESTED,
            nested().put("text", "\u0000"),
            "holds U+0000, which PostgreSQL's text types can't"),
        refused("jsonb", NESTED, nested().put("json", "{"), "no JSON"),
        refused("int4", INNER, new Struct(INNER), "a column of type integer"),
        refused("pair", INNER, new Struct(INNER), "a column of type pair"));
  }

  private static Stream<TypeCase> maps() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("a", "1");
    map.put("quote\"d", "back\\slash");
    map.put("nothing", null);
    return Stream.of(
        holds("json", MAP, map, "{\"a\":\"1\",\"quote\\\"d\":\"back\\\\slash\",\"nothing\":null}"),
        holds("jsonb", NUMBERS, Map.of(1, 2L), "{\"1\": 2}"),
        holds(
            "jsonb",
            SchemaBuilder.map(Schema.STRING_SCHEMA, MAP).build(),
            Map.of("m", Map.of("x", "y")),
            "{\"m\": {\"x\": \"y\"}}"),
        holds(
            "hstore",
            MAP,
            map,
            "\"a\"=>\"1\", \"nothing\"=>NULL, \"quote\\\"d\"=>\"back\\\\slash\""),
        holds("hstore", NUMBERS, Map.of(1, 2L), "\"1\"=>\"2\""),
        holds("hstore", MAP, Map.of(), ""),
        holds("text", NUMBERS, Map.of(1, 2L), "{\"1\":2}"),
        refused("uuid", MAP, map, "a column of type uuid"));
  }

  private static Stream<TypeCase> vectors() {
    return Stream.of(
        holds(
            "vector",
            SchemaBuilder.array(Schema.FLOAT32_SCHEMA).name("io.debezium.data.FloatVector").build(),
            List.of(1.5f, -2f),
            "[1.5,-2.0]"),
        holds(
            "vector",
            SchemaBuilder.array(Schema.FLOAT64_SCHEMA)
                .name("io.debezium.data.DoubleVector")
                .build(),
            List.of(0.1),
            "[0.1]"),
        holds("vector", SchemaBuilder.array(Schema.INT32_SCHEMA).build(), List.of(1, 2), "[1,2]"),
        refused(
            "vector",
            SchemaBuilder.array(Schema.STRING_SCHEMA).build(),
            List.of("1"),
            "a vector with a place that is no number"),
        holds(
            "vector",
            SPARSE,
            new Struct(SPARSE).put("dimensions", (short) 5).put("vector", Map.of((short) 1, 0.5)),
            "{1:0.5}/5"));
  }
}
