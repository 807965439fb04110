package dev.onceflow.sink.schema;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.schema.SchemaChange.NewColumn;
import dev.onceflow.sink.schema.SchemaChange.NewColumn.NotNull;
import dev.onceflow.sink.schema.TableNeeds.Fields;
import dev.onceflow.sink.schema.TableNeeds.Needed;
import dev.onceflow.sink.schema.TableNeeds.Own;
import dev.onceflow.sink.schema.TableNeeds.Total;
import dev.onceflow.sink.schema.TableNeeds.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * A column that records of one schema need.
 *
 * @param source where its values come from, for messages
 * @param schema of the values; empty for a column that the sink fills itself
 * @param type of a new column: a type, or for a column of the sink's own its definition
 * @param least what the column must hold
 * @param origin who named it
 */
record WantedColumn(
    String name, String source, Optional<Schema> schema, String type, Least least, Origin origin) {

  /** Who named a column. */
  enum Origin {
    /** The configuration or the effect. */
    CONFIGURED,
    /** A field has its name. */
    FIELD
  }

  /** What is wanted, and what of it can't be had. */
  record All(Map<String, WantedColumn> columns, List<SchemaChange.Refused> refused) {
    private void add(Needed needed, RecordSchemas schemas, Origin origin) {
      WantedColumn.of(needed, schemas, origin)
          .ifPresentOrElse(
              column -> columns.put(column.name(), column), () -> refused.add(missing(needed)));
    }
  }

  static All of(TableNeeds needs, RecordSchemas schemas, ColumnNaming naming) {
    All all = new All(new LinkedHashMap<>(), new ArrayList<>());
    for (Needed needed : needs.columns()) {
      all.add(needed, schemas, Origin.CONFIGURED);
    }
    if (needs.fields() == Fields.ALL) {
      List<ColumnMapping> fields = naming.mappings(schemas.value());
      if (fields.isEmpty()) {
        all.refused.add(
            new SchemaChange.Refused(
                "the records' values have no schema with fields: use a converter that gives one, name"
                    + " the columns, or set schema.evolution=none"));
      }
      for (ColumnMapping field : fields) {
        if (!all.columns.containsKey(field.column())) {
          all.add(new Value(field.column(), field.source()), schemas, Origin.FIELD);
        }
      }
    }
    return all;
  }

  private static Optional<WantedColumn> of(Needed needed, RecordSchemas schemas, Origin origin) {
    if (needed instanceof Own own) {
      return Optional.of(
          new WantedColumn(
              own.column(),
              "the sink",
              Optional.empty(),
              own.definition(),
              new Least.Anything(),
              origin));
    }
    if (needed instanceof Total total) {
      return schemas
          .of(total.source())
          .map(
              schema ->
                  new WantedColumn(
                      total.column(),
                      total.source() + " " + typeOf(schema),
                      Optional.of(schema),
                      totalType(schema).toString(),
                      new Least.Anything(),
                      origin));
    }
    Value value = (Value) needed;
    return schemas
        .of(value.source())
        .map(
            schema ->
                new WantedColumn(
                    value.column(),
                    value.source() + " " + typeOf(schema),
                    Optional.of(schema),
                    FieldType.of(schema).made().toString(),
                    FieldType.of(schema).least(),
                    origin));
  }

  private static String typeOf(Schema schema) {
    return "(" + schema.type() + (schema.name() == null ? "" : " " + schema.name()) + ")";
  }

  /** Wide enough that adding up doesn't overflow in practice. */
  private static SqlType totalType(Schema schema) {
    SqlType type = FieldType.of(schema).made();
    if (type.equals(SqlType.SMALLINT) || type.equals(SqlType.INTEGER)) {
      return SqlType.BIGINT;
    }
    if (type.equals(SqlType.BIGINT) || type.name().equals(SqlType.NUMERIC.name())) {
      return SqlType.NUMERIC;
    }
    return type.equals(SqlType.REAL) ? SqlType.DOUBLE : type;
  }

  /** As a column of a table that holds nothing yet. */
  NewColumn inNewTable() {
    boolean required = schema.filter(s -> !s.isOptional()).isPresent();
    return new NewColumn(
        name, type, defaultSql(), required ? NotNull.LIKE_THE_FIELD : NotNull.NULLABLE, source);
  }

  /** As a column of a table that has rows, which have no value for it. */
  NewColumn inOldTable() {
    return new NewColumn(name, type, defaultSql(), NotNull.NULLABLE, source);
  }

  private Optional<String> defaultSql() {
    return schema.flatMap(DefaultValues::sql);
  }

  private static SchemaChange.Refused missing(Needed needed) {
    return new SchemaChange.Refused(
        "column %s has no source: records of this schema have no %s"
            .formatted(
                needed.column(),
                needed instanceof Value value ? value.source() : ((Total) needed).source()));
  }
}
