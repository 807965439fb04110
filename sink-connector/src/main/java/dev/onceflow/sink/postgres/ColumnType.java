package dev.onceflow.sink.postgres;

import java.util.Arrays;
import java.util.Optional;

/** The column types that the sink can write, by their fixed OIDs (pg_type.dat). */
public enum ColumnType {
  /** bool. */
  BOOL(16),
  /** bytea. */
  BYTEA(17),
  /** int8. */
  INT8(20),
  /** int2. */
  INT2(21),
  /** int4. */
  INT4(23),
  /** text. */
  TEXT(25),
  /** float4. */
  FLOAT4(700),
  /** float8. */
  FLOAT8(701),
  /** varchar, with or without a length. */
  VARCHAR(1043),
  /** date. */
  DATE(1082),
  /** timestamp without time zone; holds UTC. */
  TIMESTAMP(1114),
  /** timestamptz. */
  TIMESTAMPTZ(1184),
  /** numeric, with or without precision and scale. */
  NUMERIC(1700),
  /** uuid. */
  UUID(2950),
  /** jsonb. */
  JSONB(3802);

  private final long oid;

  ColumnType(long oid) {
    this.oid = oid;
  }

  /** The type with that OID, or empty where the sink can't write it. */
  public static Optional<ColumnType> ofOid(long oid) {
    return Arrays.stream(values()).filter(type -> type.oid == oid).findFirst();
  }
}
