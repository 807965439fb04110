package dev.onceflow.cli.replay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares versions with those of the rows, and of rows that were deleted. Counts records, not
 * rows.
 */
final class VersionProbe extends Probe {
  private static final String TOMBSTONES = "onceflow.tombstones";

  /** At or before a delete that the sink knows, in its partition. */
  private static final String LIES_BEFORE =
      "(x.position = a.position AND x.log_offset >= a.log_offset::bigint)";

  private final String sql;
  private final Optional<String> unknownDeletes;
  private final List<Source> sources;
  private final LivePositions positions;

  VersionProbe(Connection connection, String sink, SinkTable table) throws SQLException {
    super(connection, table);
    this.sources = new ArrayList<>(table.key().values());
    this.sources.add(table.version());
    this.positions = LivePositions.read(connection, sink, table);
    List<String> arrays = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> joins = new ArrayList<>();
    List<String> keyTexts = new ArrayList<>();
    for (Map.Entry<String, Source> column : table.key().entrySet()) {
      String name = "k" + names.size();
      String type = typeOf(column.getKey());
      joins.add("t.%s = a.%s::%s".formatted(quoted(column.getKey()), name, type));
      keyTexts.add(keyText("a." + name + "::" + type, type));
      names.add(name);
      arrays.add("?::text[]");
    }
    String keys = String.join(", ", names);
    String deleteArrays = String.join(", ", arrays) + ", ?::text[], ?::text[]";
    arrays.addAll(List.of("?::text[]", "?::text[]", "?::text[]"));
    names.addAll(List.of("version", "position", "log_offset"));
    String version = "t." + quoted(table.versionColumn());
    String type = typeOf(table.versionColumn());
    boolean hasTombstones = table.deletes() && isThere(connection, TOMBSTONES);
    this.unknownDeletes =
        hasTombstones
            ? Optional.of(
                unknown(
                    literal(sink),
                    literal(fullName()),
                    String.join(", ", keyTexts),
                    deleteArrays,
                    keys))
            : Optional.empty();
    String refused = "NOT a.version::" + type + " > x.version::" + type;
    String staysDeleted =
        hasTombstones
            ? deleted(
                literal(sink),
                literal(fullName()),
                String.join(", ", keyTexts),
                table.deletesBlindly() ? "(" + refused + " OR " + LIES_BEFORE + ")" : refused)
            : "false";
    this.sql =
        ("SELECT count(*) FILTER (WHERE t.ctid IS NULL AND NOT %7$s),"
                + " count(*) FILTER (WHERE t.ctid IS NOT NULL"
                + " AND (%1$s IS NULL OR a.version::%2$s > %1$s))"
                + " FROM unnest(%3$s) AS a (%4$s) LEFT JOIN %5$s AS t ON %6$s")
            .formatted(
                version,
                type,
                String.join(", ", arrays),
                String.join(", ", names),
                target(),
                String.join(" AND ", joins),
                staysDeleted);
  }

  /** A key's text as the sink keeps it in its tombstones. */
  private static String keyText(String value, String type) {
    if (type.startsWith("numeric")) {
      return "trim_scale(" + value + ")::text";
    }
    return type.equals("timestamp with time zone")
        ? "(" + value + " AT TIME ZONE 'UTC')::text"
        : "(" + value + ")::text";
  }

  private static String deleted(String sink, String target, String keyTexts, String refused) {
    return ("EXISTS (SELECT FROM %s AS x WHERE x.key = jsonb_build_array(%s)::text AND x.target = %s"
            + " AND x.sink = %s AND x.run = '' AND %s)")
        .formatted(TOMBSTONES, keyTexts, target, sink, refused);
  }

  /** Deletes at or behind which the sink knows none of their key. */
  private static String unknown(
      String sink, String target, String keyTexts, String arrays, String keys) {
    return ("SELECT count(*) FROM unnest(%s) AS a (%s, position, log_offset) WHERE NOT EXISTS"
            + " (SELECT FROM %s AS x WHERE x.key = jsonb_build_array(%s)::text AND x.target = %s"
            + " AND x.sink = %s AND x.run = '' AND %s)")
        .formatted(arrays, keys, TOMBSTONES, keyTexts, target, sink, LIES_BEFORE);
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  @Override
  Optional<List<String>> question(Fields record) {
    List<String> values = new ArrayList<>();
    for (Source source : sources) {
      Optional<String> value = source.in(record);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    addPosition(values, record);
    return Optional.of(values);
  }

  private void addPosition(List<String> values, Fields record) {
    values.add(positions.of(record));
    values.add(record.part("offset").orElseThrow());
  }

  @Override
  Optional<List<String>> deletion(Fields record) {
    return table()
        .deletedKey(record)
        .map(
            key -> {
              List<String> values = new ArrayList<>(key);
              addPosition(values, record);
              return values;
            });
  }

  @Override
  Counts answerDeletes(List<List<String>> questions) throws SQLException {
    long unknown = questions.size();
    if (unknownDeletes.isPresent()) {
      try (PreparedStatement query = connection().prepareStatement(unknownDeletes.get())) {
        for (int i = 0; i < questions.get(0).size(); i++) {
          query.setArray(i + 1, connection().createArrayOf("text", column(questions, i)));
        }
        try (ResultSet row = query.executeQuery()) {
          row.next();
          unknown = row.getLong(1);
        }
      }
    }
    return new Counts(0, 0, questions.size() - unknown, 0, unknown, 0);
  }

  @Override
  Counts answer(List<List<String>> questions) throws SQLException {
    try (PreparedStatement query = connection().prepareStatement(sql)) {
      for (int i = 0; i < questions.get(0).size(); i++) {
        query.setArray(i + 1, connection().createArrayOf("text", column(questions, i)));
      }
      try (ResultSet row = query.executeQuery()) {
        row.next();
        long fresh = row.getLong(1);
        long changed = row.getLong(2);
        return new Counts(0, fresh, questions.size() - fresh - changed, changed, 0, 0);
      }
    }
  }
}
