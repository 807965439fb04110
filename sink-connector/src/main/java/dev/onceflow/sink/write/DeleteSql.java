package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;

import java.util.List;

/**
 * Carries out the deletes among staged rows, and takes from the stage what a later delete of the
 * same batch makes void, so that the upsert that follows needs to know of tombstones only.
 *
 * <p>By position, a delete counts as a row that came at its offset would. By arrival, it deletes
 * what is there, and nothing is kept of it. By version, see {@link DeleteByVersionSql}.
 */
final class DeleteSql {
  private DeleteSql() {}

  static List<String> statements(Effect.Upsert upsert, Stage stage, Tombstones tombstones) {
    DeleteParts parts = new DeleteParts(upsert, stage, tombstones);
    if (upsert.precedence() instanceof Precedence.ByVersion version) {
      return new DeleteByVersionSql(parts, version).statements();
    }
    return List.of(
        upsert.precedence() instanceof Precedence.ByPosition position
            ? deleteByPosition(parts, position)
            : "WITH %s, %s %s".formatted(parts.last(), parts.held("", ""), parts.deleteHeld()),
        parts.dropWhatDeletesMakeVoid());
  }

  private static String deleteByPosition(DeleteParts parts, Precedence.ByPosition position) {
    String isOlder =
        (" WHERE target.%1$s IS DISTINCT FROM last.%2$s OR target.%3$s IS NULL"
                + " OR target.%3$s < last.%4$s")
            .formatted(
                quoted(position.partition()),
                Stage.POSITION,
                quoted(position.offset()),
                Stage.OFFSET);
    return "WITH %s, %s, gone AS (%s)%s"
        .formatted(
            parts.last(),
            parts.held("", isOlder),
            parts.deleteHeld(),
            parts.insertTombstones("last", "NULL, 0"));
  }
}
