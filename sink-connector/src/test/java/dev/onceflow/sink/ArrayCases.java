package dev.onceflow.sink;

import static dev.onceflow.sink.TypeCase.holds;
import static dev.onceflow.sink.TypeCase.refused;
import static org.apache.kafka.connect.data.Schema.STRING_SCHEMA;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/** Arrays, of every family of types. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class ArrayCases {
  private static final Schema TEXTS = list(Schema.OPTIONAL_STRING_SCHEMA);
  private static final String MALFORMED = "no array of one dimension as PostgreSQL writes it";

  private ArrayCases() {}

  static Stream<TypeCase> all() {
    return Stream.of(typed(), ofTexts(), fromTexts()).flatMap(s -> s);
  }

  private static Schema list(Schema element) {
    return SchemaBuilder.array(element).build();
  }

  private static Stream<TypeCase> typed() {
    Schema integers = list(Schema.OPTIONAL_INT32_SCHEMA);
    return Stream.of(
        holds("int4[]", integers, Arrays.asList(1, null, -3), "{1,NULL,-3}"),
        holds("int4[]", integers, List.of(), "{}"),
        holds("int2[]", integers, List.of(1), "{1}"),
        refused("int2[]", integers, List.of(1, 40000), "outside -32768 to 32767"),
        holds(
            "int8[]", list(Schema.INT64_SCHEMA), List.of(Long.MIN_VALUE), "{-9223372036854775808}"),
        holds("bool[]", list(Schema.BOOLEAN_SCHEMA), List.of(true, false), "{t,f}"),
        holds("float8[]", list(Schema.FLOAT64_SCHEMA), List.of(0.1, Double.NaN), "{0.1,NaN}"),
        holds("numeric(6,2)[]", list(Decimal.schema(2)), List.of(new BigDecimal("1.10")), "{1.10}"),
        refused(
            "numeric(6,1)[]",
            list(Decimal.schema(2)),
            List.of(new BigDecimal("1.11")),
            "has 2 digits after the point and would be rounded"),
        holds(
            "timestamptz[]",
            list(Timestamp.SCHEMA),
            List.of(new Date(1)),
            "{\"1970-01-01 00:00:00.001+00\"}"),
        holds("bytea[]", list(Schema.BYTES_SCHEMA), List.of(new byte[] {1}), "{\"\\\\x01\"}"),
        holds("positive[]", integers, List.of(1), "{1}"),
        refused("positive[]", integers, List.of(0), "(SQLSTATE 23514, constraint positive_check)"),
        holds("json", integers, Arrays.asList(1, null), "[1,null]"),
        holds("jsonb", list(integers), List.of(List.of(1), List.of()), "[[1], []]"),
        holds("text", integers, List.of(1, 2), "[1,2]"),
        holds(
            "jsonb[]",
            list(SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build()),
            List.of(Map.of("a", 1)),
            "{\"{\\\"a\\\": 1}\"}"),
        refused("int4[]", list(integers), List.of(List.of(1)), "a column of type integer[]"),
        refused("int4", integers, List.of(1), "a column of type integer"));
  }

  private static Stream<TypeCase> ofTexts() {
    return Stream.of(
        holds(
            "text[]",
            TEXTS,
            Arrays.asList("a b", null, "", "NULL", "q\"\\"),
            "{\"a b\",NULL,\"\",\"NULL\",\"q\\\"\\\\\"}"),
        holds("varchar(2)[]", TEXTS, List.of("ab"), "{ab}"),
        refused("varchar(2)[]", TEXTS, List.of("abc"), "longer than 2 characters"),
        holds("char(2)[]", TEXTS, List.of("a"), "{\"a \"}"),
        holds("tags", TEXTS, List.of("x"), "{x}"),
        holds(
            "uuid[]",
            TEXTS,
            List.of("0198c0de-0000-7000-8000-00000000000a"),
            "{0198c0de-0000-7000-8000-00000000000a}"),
        holds("inet[]", TEXTS, List.of("10.0.0.1"), "{10.0.0.1}"),
        holds("macaddr[]", TEXTS, List.of("08:00:2b:01:02:03"), "{08:00:2b:01:02:03}"),
        holds("date[]", TEXTS, List.of("2024-02-29"), "{2024-02-29}"),
        holds("interval[]", TEXTS, List.of("P1D"), "{\"1 day\"}"),
        holds("jsonb[]", TEXTS, List.of("{\"a\":1}"), "{\"{\\\"a\\\": 1}\"}"),
        holds("mood[]", TEXTS, List.of("sad", "it's \"fine\""), "{sad,\"it's \\\"fine\\\"\"}"),
        holds("citext[]", TEXTS, List.of("A"), "{A}"),
        holds("int4[]", TEXTS, List.of("12"), "{12}"),
        holds("int4range[]", TEXTS, Arrays.asList("[1,2]", null), "{\"[1,3)\",NULL}"),
        holds("tsrange[]", TEXTS, List.of("empty"), "{empty}"),
        holds("xml[]", TEXTS, List.of("<a b=\"1\"/>"), "{\"<a b=\\\"1\\\"/>\"}"),
        holds("ltree[]", TEXTS, List.of("a.b", "c"), "{a.b,c}"),
        holds("box[]", TEXTS, List.of("(1,2),(3,4)", "(0,0),(1,1)"), "{(3,4),(1,2);(1,1),(0,0)}"),
        holds(
            "hstore[]",
            list(SchemaBuilder.map(STRING_SCHEMA, STRING_SCHEMA).build()),
            List.of(Map.of("a", "1")),
            "{\"\\\"a\\\"=>\\\"1\\\"\"}"),
        holds("int4range[]", TEXTS, List.of(), "{}"),
        refused("int4range[]", TEXTS, List.of("x"), "(SQLSTATE 22P02)"));
  }

  private static Stream<TypeCase> fromTexts() {
    return Stream.of(
        holds("int4[]", STRING_SCHEMA, "{1, NULL, 3}", "{1,NULL,3}"),
        holds("int4[]", STRING_SCHEMA, "{}", "{}"),
        holds("text[]", STRING_SCHEMA, "{a,\"b,c\",\"q\\\"\"}", "{a,\"b,c\",\"q\\\"\"}"),
        refused("text[]", STRING_SCHEMA, "a,b", MALFORMED),
        refused("int4[]", STRING_SCHEMA, "{{1},{2}}", MALFORMED),
        refused("int4[]", STRING_SCHEMA, "{1,}", MALFORMED),
        refused("text[]", STRING_SCHEMA, "{\"a}", MALFORMED),
        refused("text[]", STRING_SCHEMA, "{a\\}", MALFORMED),
        holds("int4range[]", STRING_SCHEMA, "{\"[1,2]\"}", "{\"[1,3)\"}"));
  }
}
