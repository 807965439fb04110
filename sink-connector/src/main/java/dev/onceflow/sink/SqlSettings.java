package dev.onceflow.sink;

import dev.onceflow.sink.record.ValueSource;
import dev.onceflow.sink.write.Effect;
import dev.onceflow.sink.write.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of effect sql; see {@link TableSettings}. */
final class SqlSettings {
  static final String COLUMNS = "columns";
  static final String STATEMENTS = "statements";
  static final List<String> KEYS = List.of(InsertSettings.EVENT_ID, COLUMNS, STATEMENTS);

  private static final String COLUMN_EXPECTED =
      "expected COLUMN TYPE=SOURCE, with commas between; of a source " + ValueSource.EXPECTED;
  // The type may have commas of its own, in brackets: numeric(10, 2).
  private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");
  private static final Pattern COLUMN =
      Pattern.compile("(\\w+)\\s+([A-Za-z][\\w .,()\\[\\]\"]*?)\\s*=\\s*(.+)");

  private final TableKeys keys;

  SqlSettings(TableKeys keys) {
    this.keys = keys;
  }

  Effect.Sql read(Effect.Tombstones tombstones) {
    return new Effect.Sql(InsertSettings.eventId(keys), columns(), statements(), tombstones);
  }

  private List<Effect.BatchColumn> columns() {
    String text = keys.required(COLUMNS, COLUMN_EXPECTED);
    List<Effect.BatchColumn> columns = new ArrayList<>();
    COMMA
        .splitAsStream(text)
        .map(String::trim)
        .filter(item -> !item.isEmpty())
        .forEach(
            item ->
                keys.parsed(COLUMNS, item, SqlSettings::column, COLUMN_EXPECTED)
                    .ifPresent(columns::add));
    columns.stream()
        .map(Effect.BatchColumn::name)
        .filter(name -> columns.stream().filter(c -> c.name().equals(name)).count() > 1)
        .distinct()
        .forEach(name -> keys.error(COLUMNS, "column " + name + " stands there twice"));
    return List.copyOf(columns);
  }

  private static Optional<Effect.BatchColumn> column(String text) {
    Matcher matcher = COLUMN.matcher(text);
    return matcher.matches()
        ? ValueSource.parse(matcher.group(3).trim())
            .map(source -> new Effect.BatchColumn(matcher.group(1), matcher.group(2), source))
        : Optional.empty();
  }

  private List<SqlText.Statement> statements() {
    String text = keys.required(STATEMENTS, "expected statements that read from batch");
    List<SqlText.Statement> statements = new ArrayList<>();
    keys.parsed(STATEMENTS, text, SqlText::split, "a quote or a comment in it has no end")
        .ifPresent(
            parts ->
                parts.forEach(
                    part ->
                        keys.parsed(
                                STATEMENTS,
                                part,
                                SqlText::statement,
                                "expected SELECT, INSERT, UPDATE, DELETE, MERGE or WITH; a procedure"
                                    + " can be a function, called with SELECT")
                            .ifPresent(statements::add)));
    return List.copyOf(statements);
  }
}
