package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;

import java.util.List;

/**
 * Deletes from a table whose rows are ordered by version.
 *
 * <p>Where the version stands outside the value, a tombstone has one, too: it deletes a row of its
 * own or a lower version, and a later row must exceed it.
 *
 * <p>Else a tombstone deletes whatever row its key has when its turn comes, and the version that
 * this row had is what a later row must exceed. What protects a row that came after the delete when
 * the delete comes again is the delete's position, which is kept; it also keeps out the rows before
 * it, of which no version may be known: the delete found no row where that was lost.
 *
 * <pre>
 * batch of one key          the row then            the tombstone then
 * ------------------------  ----------------------  ------------------
 * delete                    none                    version of the row that was there, if any
 * insert 5, delete          none                    5
 * delete, insert 5          5, a fresh row          version of the row that was there
 * delete, insert 4 (was 5)  none                    5
 * </pre>
 */
final class DeleteByVersionSql {
  private final DeleteParts parts;
  private final Stage stage;
  private final Precedence.ByVersion version;
  private final String column;
  private final int generation;

  DeleteByVersionSql(DeleteParts parts, Precedence.ByVersion version) {
    this.parts = parts;
    this.stage = parts.stage();
    this.version = version;
    this.column = quoted(version.column());
    this.generation = UpsertSql.currentGeneration(version);
  }

  List<String> statements() {
    return parts.upsert().tombstoneVersion().isPresent()
        ? List.of(
            deleteUpToVersion(), "DELETE FROM %s WHERE %s".formatted(stage.name(), Stage.DELETED))
        : List.of(dropKnownDeletes(), deleteWhatIsThere(), parts.dropWhatDeletesMakeVoid());
  }

  private String deleteUpToVersion() {
    String isOlder =
        " WHERE target.%1$s IS NULL OR (target.%1$s, %2$s) <= (last.version, %3$d)"
            .formatted(column, targetGeneration(), generation);
    return "WITH %s, %s, gone AS (%s)%s%s"
        .formatted(
            parts.last(", " + column + " AS version", column),
            parts.held("", isOlder),
            parts.deleteHeld(),
            parts.insertTombstones("last", "last.version::text, " + generation),
            raisedVersion());
  }

  /** Deletes that took effect already; a row that came after them must stay. */
  private String dropKnownDeletes() {
    return ("DELETE FROM %1$s WHERE %2$s IN (SELECT staged.%2$s FROM %3$s"
            + " WHERE staged.%4$s AND %5$s)")
        .formatted(
            stage.name(),
            Stage.ORDER,
            stage.relation(),
            Stage.DELETED,
            parts
                .tombstones()
                .exists(
                    stage.target(),
                    parts.keyText("staged"),
                    "t.position = staged.%s AND t.log_offset >= staged.%s"
                        .formatted(Stage.POSITION, Stage.OFFSET)));
  }

  private String deleteWhatIsThere() {
    return "WITH %s, %s, %s, gone AS (%s), %s%s%s"
        .formatted(
            parts.last(),
            before(),
            parts.held(
                ", target.%s AS version, %s AS generation".formatted(column, targetGeneration()),
                ""),
            parts.deleteHeld(),
            known(),
            parts.insertTombstones("known", "known.version::text, known.generation"),
            raisedVersion());
  }

  private String targetGeneration() {
    return version
        .generation()
        .map(g -> "coalesce(target.%s, 0)".formatted(quoted(g.column())))
        .orElse("0");
  }

  /** {@code before}: the highest version that the batch gave the key before its last delete. */
  private String before() {
    return ("before AS (SELECT DISTINCT ON (%1$s) %1$s, staged.%2$s AS version FROM %3$s"
            + " JOIN last ON %4$s WHERE NOT staged.%5$s AND staged.%6$s < last.%6$s"
            + " ORDER BY %1$s, staged.%2$s DESC)")
        .formatted(
            parts.qualified("staged"),
            column,
            stage.relation(),
            parts.joined("staged", "last"),
            Stage.DELETED,
            Stage.ORDER);
  }

  /** {@code known}: the deletes, each with the higher version of the batch's and the table's. */
  private String known() {
    String isBatchs =
        "held.version IS NULL OR (before.version, %d) > (held.version, held.generation)"
            .formatted(generation);
    return ("known AS (SELECT last.*,"
            + " CASE WHEN %1$s THEN before.version ELSE held.version END AS version,"
            + " CASE WHEN %1$s THEN %2$d ELSE held.generation END AS generation"
            + " FROM last LEFT JOIN held ON %3$s LEFT JOIN before ON %4$s)")
        .formatted(
            isBatchs, generation, parts.joined("last", "held"), parts.joined("last", "before"));
  }

  /** A tombstone's version never falls. */
  private String raisedVersion() {
    String isHigher =
        ("(t.version IS NULL OR (excluded.version::%1$s, excluded.generation)"
                + " > (t.version::%1$s, t.generation))")
            .formatted(stage.target().column(version.column()).orElseThrow().declared());
    return (", version = CASE WHEN %1$s THEN excluded.version ELSE t.version END,"
            + " generation = CASE WHEN %1$s THEN excluded.generation ELSE t.generation END")
        .formatted(isHigher);
  }
}
