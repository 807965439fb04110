package dev.onceflow.sink.postgres;

import java.util.Arrays;
import java.util.Optional;

/**
 * The column types whose values the sink writes in a form of its own: built-in ones by their fixed
 * OIDs (pg_type.dat), the others by what the catalogue says of them. A column of any other type is
 * staged as text and cast.
 */
public enum ColumnType {
  /** bool. */
  BOOL(16),
  /** bytea. */
  BYTEA(17),
  /** "char", of one byte. */
  INTERNAL_CHAR(18),
  /** name, an identifier of up to 63 bytes. */
  NAME(19),
  /** int8. */
  INT8(20),
  /** int2. */
  INT2(21),
  /** int4. */
  INT4(23),
  /** text. */
  TEXT(25),
  /** oid, a whole number of 32 bits without a sign. */
  OID(26),
  /** json. */
  JSON(114),
  /** point. */
  POINT(600),
  /** cidr. */
  CIDR(650),
  /** float4. */
  FLOAT4(700),
  /** float8. */
  FLOAT8(701),
  /** macaddr8. */
  MACADDR8(774),
  /** money. */
  MONEY(790),
  /** macaddr. */
  MACADDR(829),
  /** inet. */
  INET(869),
  /** char(n). */
  BPCHAR(1042),
  /** varchar, with or without a length. */
  VARCHAR(1043),
  /** date. */
  DATE(1082),
  /** time without time zone. */
  TIME(1083),
  /** timestamp without time zone; holds UTC. */
  TIMESTAMP(1114),
  /** timestamptz. */
  TIMESTAMPTZ(1184),
  /** interval. */
  INTERVAL(1186),
  /** time with time zone. */
  TIMETZ(1266),
  /** bit(n). */
  BIT(1560),
  /** bit varying. */
  VARBIT(1562),
  /** numeric, with or without precision and scale. */
  NUMERIC(1700),
  /** uuid. */
  UUID(2950),
  /** jsonb. */
  JSONB(3802),
  /** citext, of the extension of that name. */
  CITEXT,
  /** Any enum. */
  ENUM,
  /** An array of any type. */
  ARRAY,
  /** hstore, of the extension of that name; staged as text. */
  HSTORE,
  /** vector, halfvec and sparsevec, of the extension pgvector; staged as text. */
  VECTOR;

  private static final long NO_FIXED_OID = 0;

  private final long oid;

  ColumnType() {
    this(NO_FIXED_OID);
  }

  ColumnType(long oid) {
    this.oid = oid;
  }

  /** The built-in type with that OID, or empty where there is none among these. */
  public static Optional<ColumnType> ofOid(long oid) {
    return Arrays.stream(values())
        .filter(type -> type.oid == oid && type.oid != NO_FIXED_OID)
        .findFirst();
  }

  /** The type of an extension that goes by that name, or empty where there is none among these. */
  static Optional<ColumnType> ofExtension(String typeName) {
    return switch (typeName) {
      case "citext" -> Optional.of(CITEXT);
      case "hstore" -> Optional.of(HSTORE);
      case "vector", "halfvec", "sparsevec" -> Optional.of(VECTOR);
      default -> Optional.empty();
    };
  }
}
