package dev.onceflow.sink;

import dev.onceflow.sink.schema.ColumnNaming;
import dev.onceflow.sink.schema.Evolution;
import dev.onceflow.sink.schema.EvolutionMode;
import dev.onceflow.sink.schema.EvolutionPlanner;
import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The keys that say how tables follow the schemas of their records. */
final class SchemaSettings {
  static final String EVOLUTION = "schema.evolution";
  static final String REWRITE_BYTES_MAX = "schema.evolution.rewrite.bytes.max";
  static final String NAMING = "column.naming";
  static final String REFRESH_MS = "catalogue.refresh.ms";

  private final EvolutionMode mode;
  private final ColumnNaming naming;
  private final long rewriteBytesMax;
  private final long refreshMs;

  private SchemaSettings(AbstractConfig values) {
    this.mode = EvolutionMode.valueOf(values.getString(EVOLUTION).toUpperCase(Locale.ROOT));
    this.naming =
        Arrays.stream(ColumnNaming.values())
            .filter(n -> n.text().equals(values.getString(NAMING)))
            .findFirst()
            .orElseThrow();
    this.rewriteBytesMax = values.getLong(REWRITE_BYTES_MAX);
    this.refreshMs = values.getLong(REFRESH_MS);
  }

  /** Adds the keys with their documentation. */
  static ConfigDef addTo(ConfigDef definition) {
    return definition
        .define(
            EVOLUTION,
            ConfigDef.Type.STRING,
            "none",
            ValidString.in("none", "validate", "additive"),
            Importance.MEDIUM,
            "What to do where a table and the schema of its records differ. none: fields without a column"
                + " are left out. validate: the task stops and names the whole difference. additive: the"
                + " table is made, columns are added and widened, never dropped, renamed or narrowed; the"
                + " role needs CREATE on the schema and must own the tables.")
        .define(
            REWRITE_BYTES_MAX,
            ConfigDef.Type.LONG,
            1L << 30,
            Range.atLeast(0),
            Importance.LOW,
            "The largest table, in bytes, that schema.evolution=additive may write anew to widen a column"
                + " (integer to bigint, say); nobody can read it meanwhile. For a larger one the task stops"
                + " and names the statement.")
        .define(
            NAMING,
            ConfigDef.Type.STRING,
            "as-is",
            ValidString.in("as-is", "snake_case", "lower"),
            Importance.LOW,
            "How a field's name becomes a column's where the table's keys don't name the column.")
        .define(
            REFRESH_MS,
            ConfigDef.Type.LONG,
            10_000L,
            Range.between(100, 3_600_000L),
            Importance.LOW,
            "How often to look whether somebody changed the target tables: one query for all of them.");
  }

  static SchemaSettings of(AbstractConfig values) {
    return new SchemaSettings(values);
  }

  Evolution evolution() {
    return new Evolution(mode, new EvolutionPlanner(naming, rewriteBytesMax));
  }

  ColumnNaming naming() {
    return naming;
  }

  long refreshMs() {
    return refreshMs;
  }
}
