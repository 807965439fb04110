package dev.onceflow.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {
  @Test
  void statementsArePartedOutsideOfQuotesAndComments() {
    assertThat(
            SqlText.split(
                "SELECT 'a;''b', E'\\';', \"c;\"\"d\", $$e;$$, $x$f;$$;$x$ -- g;\n"
                    + ", 1 /* h; */; ; SELECT $1"))
        .contains(
            List.of(
                "SELECT 'a;''b', E'\\';', \"c;\"\"d\", $$e;$$, $x$f;$$;$x$  \n, 1", "SELECT $1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 'a", "SELECT \"a", "SELECT 1 /* a", "SELECT E'\\'"})
  void quotesAndCommentsMustEnd(String text) {
    assertThat(SqlText.split(text)).isEmpty();
  }

  @Test
  void batchStandsInFront() {
    assertThat(over("INSERT INTO t SELECT 1 FROM batch"))
        .isEqualTo("WITH batch AS NOT MATERIALIZED (B) INSERT INTO t SELECT 1 FROM batch");
    assertThat(over("with x AS (SELECT 1) SELECT 2"))
        .isEqualTo("WITH batch AS NOT MATERIALIZED (B), x AS (SELECT 1) SELECT 2");
    assertThat(over("WITH  Recursive\n x AS (SELECT 1) SELECT 2"))
        .isEqualTo("WITH RECURSIVE batch AS NOT MATERIALIZED (B), x AS (SELECT 1) SELECT 2");
  }

  private static String over(String text) {
    return SqlText.statement(text).orElseThrow().over("B");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"COMMIT", "DO $$ $$", "CALL p()", "TRUNCATE t", "", "(SELECT 1)", "WITHx"})
  void otherStatementsAreRefused(String text) {
    assertThat(SqlText.statement(text)).isEmpty();
  }
}
