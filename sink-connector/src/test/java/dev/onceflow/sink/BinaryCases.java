package dev.onceflow.sink;

import static dev.onceflow.sink.TypeCase.holds;
import static dev.onceflow.sink.TypeCase.refused;
import static org.apache.kafka.connect.data.Schema.BYTES_SCHEMA;
import static org.apache.kafka.connect.data.Schema.STRING_SCHEMA;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Bytes, bits and places. */
final class BinaryCases {
  private static final Schema POINT =
      SchemaBuilder.struct()
          .name("io.debezium.data.geometry.Point")
          .field("x", Schema.FLOAT64_SCHEMA)
          .field("y", Schema.FLOAT64_SCHEMA)
          .field("wkb", Schema.OPTIONAL_BYTES_SCHEMA)
          .field("srid", Schema.OPTIONAL_INT32_SCHEMA)
          .build();
  private static final Schema GEOMETRY =
      SchemaBuilder.struct()
          .name("io.debezium.data.geometry.Geometry")
          .field("wkb", Schema.BYTES_SCHEMA)
          .field("srid", Schema.OPTIONAL_INT32_SCHEMA)
          .build();

  private BinaryCases() {}

  static Stream<TypeCase> all() {
    return Stream.of(bytes(), bits(), places()).flatMap(s -> s);
  }

  private static Stream<TypeCase> bytes() {
    return Stream.of(
        holds("bytea", BYTES_SCHEMA, new byte[] {0, 1, -1}, "\\x0001ff"),
        holds("bytea", BYTES_SCHEMA, new byte[0], "\\x"),
        holds("bytea", BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {9, 1, 2}, 1, 2), "\\x0102"),
        holds("bytea", STRING_SCHEMA, "\\x00fF", "\\x00ff"),
        refused("bytea", STRING_SCHEMA, "AAEC", "no bytes written as \\x and hexadecimal digits"),
        holds(
            "uuid",
            BYTES_SCHEMA,
            new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
            "00010203-0405-0607-0809-0a0b0c0d0e0f"),
        refused("uuid", BYTES_SCHEMA, new byte[15], "no UUID of 16 bytes"),
        holds("jsonb", BYTES_SCHEMA, new byte[] {0, 1, -1}, "\"AAH/\""),
        refused("int4range", BYTES_SCHEMA, new byte[1], "a column of type int4range"));
  }

  private static Stream<TypeCase> bits() {
    byte[] lowestFirst = {(byte) 0b1100_0001, 0b10};
    return Stream.of(
        holds("bit(10)", bits(10), lowestFirst, "1011000001"),
        holds("bit(12)", bits(12), lowestFirst, "001011000001"),
        refused("bit(9)", bits(9), lowestFirst, "longer than 9 bits"),
        holds("varbit(12)", bits(12), lowestFirst, "001011000001"),
        holds("varbit", bits(Integer.MAX_VALUE), lowestFirst, "1011000001"),
        holds("text", bits(12), lowestFirst, "001011000001"),
        holds("bit(3)", STRING_SCHEMA, "101", "101"),
        refused("bit(3)", STRING_SCHEMA, "10", "of 2 bits, and the column takes 3"),
        refused("bit(3)", STRING_SCHEMA, "102", "no string of 0 and 1"),
        holds("varbit(9)", STRING_SCHEMA, "101010101", "101010101"),
        holds("varbit", STRING_SCHEMA, "", ""),
        refused("varbit(3)", STRING_SCHEMA, "1010", "longer than 3 bits"),
        refused("bit(8)", BYTES_SCHEMA, new byte[1], "a column of type bit(8)"));
  }

  private static Schema bits(int length) {
    return SchemaBuilder.bytes()
        .name("io.debezium.data.Bits")
        .parameter("length", Integer.toString(length))
        .build();
  }

  private static Stream<TypeCase> places() {
    Struct point = new Struct(POINT).put("x", 1.5).put("y", -2.0);
    Struct geometry = new Struct(GEOMETRY).put("wkb", new byte[] {1, 1, -1}).put("srid", 4326);
    return Stream.of(
        holds("point", POINT, point, "(1.5,-2)"),
        holds("point", STRING_SCHEMA, "(1.5, -2)", "(1.5,-2)"),
        refused("point", STRING_SCHEMA, "here", "no point written as (x,y)"),
        holds("text", POINT, point, "(1.5,-2.0)"),
        holds("jsonb", POINT, point, "{\"x\": 1.5, \"y\": -2.0, \"wkb\": null, \"srid\": null}"),
        holds("geometry", GEOMETRY, geometry, "SRID=4326;0101FF"),
        holds("geometry", GEOMETRY, new Struct(GEOMETRY).put("wkb", new byte[] {1}), "01"),
        holds("geometry", STRING_SCHEMA, "POINT(1 2)", "POINT(1 2)"));
  }
}
