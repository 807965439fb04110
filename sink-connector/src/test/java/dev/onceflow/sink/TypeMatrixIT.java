package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type that a converter gives, into every type that PostgreSQL has: the value arrives
 * exactly, or the record is refused with a reason that never holds the value.
 */
class TypeMatrixIT {
  private static final TestingColumns COLUMNS =
      new TestingColumns(
          "CREATE EXTENSION citext",
          "CREATE EXTENSION hstore",
          "CREATE EXTENSION ltree",
          "CREATE EXTENSION cube",
          "CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s \"fine\"')",
          "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
          "CREATE DOMAIN small_positive AS positive CHECK (VALUE < 100)",
          "CREATE DOMAIN price AS numeric(6, 2)",
          "CREATE DOMAIN tags AS text[]",
          "CREATE DOMAIN period AS tstzrange",
          "CREATE TYPE pair AS (a int, b text)",
          // As pgvector and PostGIS look to the catalogue: types of extensions, read from text.
          "CREATE TYPE vector",
          "CREATE FUNCTION vector_in(cstring) RETURNS vector AS 'textin' LANGUAGE internal IMMUTABLE STRICT",
          "CREATE FUNCTION vector_out(vector) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT",
          "CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out, LIKE = text)",
          "CREATE TYPE geometry",
          "CREATE FUNCTION geometry_in(cstring) RETURNS geometry AS 'textin' LANGUAGE internal IMMUTABLE STRICT",
          "CREATE FUNCTION geometry_out(geometry) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT",
          "CREATE TYPE geometry (INPUT = geometry_in, OUTPUT = geometry_out, LIKE = text)");

  @ParameterizedTest
  @MethodSource("dev.onceflow.sink.NumberCases#all")
  void numbers(TypeCase value) {
    check(value);
  }

  @ParameterizedTest
  @MethodSource("dev.onceflow.sink.TextCases#all")
  void texts(TypeCase value) {
    check(value);
  }

  @ParameterizedTest
  @MethodSource("dev.onceflow.sink.TemporalCases#all")
  void temporals(TypeCase value) {
    check(value);
  }

  @ParameterizedTest
  @MethodSource("dev.onceflow.sink.BinaryCases#all")
  void binaries(TypeCase value) {
    check(value);
  }

  @ParameterizedTest
  @MethodSource("dev.onceflow.sink.NestedCases#all")
  void nested(TypeCase value) {
    check(value);
  }

  @ParameterizedTest
  @MethodSource("dev.onceflow.sink.ArrayCases#all")
  void arrays(TypeCase value) {
    check(value);
  }

  private static void check(TypeCase value) {
    assumeTrue(
        COLUMNS.serverVersion() >= value.since(),
        () -> "PostgreSQL " + value.since() + ": " + value);
    String written = COLUMNS.written(value.columnType(), value.schema(), value.value());

    if (value.isRefused()) {
      assertThat(written).startsWith("!").endsWith(value.reason());
    } else {
      assertThat(written).isEqualTo(value.expected());
    }
  }
}
