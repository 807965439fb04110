package dev.onceflow.sink;

import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.write.Effect;
import dev.onceflow.sink.write.Precedence;
import java.util.List;
import java.util.Optional;

/** The keys of effect upsert; see {@link TableSettings}. */
final class UpsertSettings {
  static final String COLUMNS = "columns";
  static final String KEY = "key";
  static final String VERSION = "version";
  static final String POSITION_COLUMNS = "position.columns";
  static final String GENERATION = "generation";
  static final String DELETE = "delete";
  static final List<String> KEYS =
      List.of(COLUMNS, KEY, VERSION, POSITION_COLUMNS, GENERATION, DELETE);

  private static final String BY_POSITION = "position";
  private static final String BY_ARRIVAL = "arrival";
  private static final String COLUMN_PREFIX = "column:";

  private final TableKeys keys;

  UpsertSettings(TableKeys keys) {
    this.keys = keys;
  }

  Effect.Upsert read(Effect.Tombstones tombstones) {
    Optional<List<ColumnMapping>> columns = keys.optionalMappings(COLUMNS);
    List<ColumnMapping> key = key(columns);
    Precedence precedence = precedence();
    List<String> keyColumns = key.stream().map(ColumnMapping::column).toList();
    if (precedence instanceof Precedence.ByVersion version && !version.column().isEmpty()) {
      if (keyColumns.contains(version.column())) {
        keys.error(VERSION, version.column() + " can't be a part of the key, too");
      } else if (columns.isPresent() && find(columns.get(), version.column()).isEmpty()) {
        keys.error(VERSION, missing(version.column()));
      }
    }
    columns.ifPresent(mappings -> refuseKeptColumns(mappings, precedence));
    return new Effect.Upsert(
        columns.map(all -> all.stream().filter(m -> !keyColumns.contains(m.column())).toList()),
        key,
        precedence,
        tombstones(tombstones));
  }

  private void refuseKeptColumns(List<ColumnMapping> columns, Precedence precedence) {
    if (precedence instanceof Precedence.ByPosition position) {
      refuse(POSITION_COLUMNS, columns, position.partition());
      refuse(POSITION_COLUMNS, columns, position.offset());
    } else if (precedence instanceof Precedence.ByVersion version) {
      version.generation().ifPresent(g -> refuse(GENERATION, columns, g.column()));
    }
  }

  private void refuse(String suffix, List<ColumnMapping> columns, String column) {
    if (find(columns, column).isPresent()) {
      keys.error(
          suffix,
          "column " + column + " is filled by the sink; it can't be in " + keys.key(COLUMNS));
    }
  }

  private String missing(String column) {
    return "column " + column + " is not in " + keys.key(COLUMNS);
  }

  private static Optional<ColumnMapping> find(List<ColumnMapping> columns, String name) {
    return columns.stream().filter(mapping -> mapping.column().equals(name)).findFirst();
  }

  /** A column that stands there with its name alone is filled as {@code columns} says. */
  private List<ColumnMapping> key(Optional<List<ColumnMapping>> columns) {
    String text = keys.required(KEY, "expected the columns that identify a row");
    return keys.mappings(KEY, text).stream()
        .map(
            mapping -> {
              boolean isNameAlone = TableKeys.commaSeparated(text).contains(mapping.column());
              if (columns.isEmpty()) {
                return mapping;
              }
              Optional<ColumnMapping> there = find(columns.get(), mapping.column());
              if (isNameAlone && there.isEmpty()) {
                keys.error(KEY, missing(mapping.column()));
              } else if (!isNameAlone && there.filter(m -> !m.equals(mapping)).isPresent()) {
                keys.error(KEY, mapping.column() + " has another source in " + keys.key(COLUMNS));
              }
              return there.orElse(mapping);
            })
        .toList();
  }

  private Precedence precedence() {
    String version =
        keys.required(
            VERSION,
            "expected the column that orders the rows of one key (a counter that its producer keeps), "
                + "position or arrival");
    Optional<String> generation = keys.text(GENERATION);
    boolean isColumn = !version.equals(BY_POSITION) && !version.equals(BY_ARRIVAL);
    if (generation.isPresent() && !isColumn) {
      keys.error(GENERATION, "needs a column in " + keys.key(VERSION) + ": it comes second to it");
    }
    if (keys.text(POSITION_COLUMNS).isPresent() && !version.equals(BY_POSITION)) {
      keys.error(POSITION_COLUMNS, "needs " + keys.key(VERSION) + "=position; remove it");
    }
    return switch (version) {
      case BY_POSITION -> byPosition();
      case BY_ARRIVAL -> new Precedence.ByArrival();
      default ->
          new Precedence.ByVersion(
              version.startsWith(COLUMN_PREFIX)
                  ? version.substring(COLUMN_PREFIX.length()).trim()
                  : version,
              generation.map(column -> new Precedence.Generation(column, currentGeneration())));
    };
  }

  private Precedence byPosition() {
    String text =
        keys.required(
            POSITION_COLUMNS,
            "expected two columns of the table, a text for topic and partition, a bigint for the offset");
    List<String> columns = TableKeys.commaSeparated(text);
    if (columns.size() != 2) {
      if (!text.isEmpty()) {
        keys.error(POSITION_COLUMNS, text + ": expected two columns with a comma between");
      }
      return new Precedence.ByArrival();
    }
    return new Precedence.ByPosition(columns.get(0), columns.get(1));
  }

  private int currentGeneration() {
    return keys.ofConnector(RoutingSettings.GENERATION)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Integer::parseInt)
        .orElse(0);
  }

  private Effect.Tombstones tombstones(Effect.Tombstones configured) {
    Optional<String> delete = keys.text(DELETE);
    if (delete.isEmpty() || delete.get().equals("false")) {
      return configured;
    }
    if (!delete.get().equals("true")) {
      keys.error(DELETE, delete.get() + ": expected true or false");
    }
    if (keys.text(TableSettings.TOMBSTONES).isPresent()) {
      keys.error(DELETE, "stands beside " + keys.key(TableSettings.TOMBSTONES) + "; remove one");
    }
    return Effect.Tombstones.DELETE;
  }
}
