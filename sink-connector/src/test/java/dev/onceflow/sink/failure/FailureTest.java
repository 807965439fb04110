package dev.onceflow.sink.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class FailureTest {
  @ParameterizedTest
  @CsvSource({
    "08006, RETRY",
    "08001, RETRY",
    "53100, RETRY",
    "53300, RETRY",
    "57P01, RETRY",
    "57P03, RETRY",
    "57014, RETRY",
    "58030, RETRY",
    "40001, RETRY",
    "40P01, RETRY",
    "55P03, RETRY",
    "25P03, RETRY",
    "25006, RETRY",
    "40003, RETRY",
    "22001, ISOLATE",
    "22003, ISOLATE",
    "23505, ISOLATE",
    "23514, ISOLATE",
    "23503, ISOLATE",
    "44000, ISOLATE",
    "P0001, ISOLATE",
    "42P01, FATAL",
    "42501, FATAL",
    "28P01, FATAL",
    "3D000, FATAL",
    "0A000, FATAL",
    "XX000, FATAL"
  })
  void sqlStateDecides(String state, Failure expected) {
    assertThat(Failure.of(new SQLException("whatever it says", state))).isEqualTo(expected);
  }

  @Test
  void textThatATypeCantReadIsTheRecordsFault() {
    assertThat(Failure.of(fromServer("C42601", "Mltree syntax error at character 3")))
        .isEqualTo(Failure.ISOLATE);
  }

  @ParameterizedTest
  @CsvSource({"P15", "qSELECT nonsense", "WPL/pgSQL function f() line 1"})
  void syntaxErrorOfAStatementIsNot(String where) {
    assertThat(Failure.of(fromServer("C42601", "Msyntax error", where))).isEqualTo(Failure.FATAL);
  }

  private static PSQLException fromServer(String... fields) {
    return new PSQLException(new ServerErrorMessage(String.join("\0", fields) + "\0\0"));
  }

  @Test
  void brokenLineWithoutAStateIsRetried() {
    assertThat(Failure.of(new SQLException("no state", new IOException("broken"))))
        .isEqualTo(Failure.RETRY);
  }

  @Test
  void anythingElseWithoutAStateIsFatal() {
    assertThat(Failure.of(new SQLException("no state"))).isEqualTo(Failure.FATAL);
  }

  @Test
  void waitsDoubleUpToTheLongestAndBeginAgainAfterASuccess() {
    Backoff backoff = new Backoff(100, 400, new Random(1));

    assertThat(backoff.nextMs()).isBetween(50L, 100L);
    assertThat(backoff.nextMs()).isBetween(100L, 200L);
    assertThat(backoff.nextMs()).isBetween(200L, 400L);
    assertThat(backoff.nextMs()).isBetween(200L, 400L);
    backoff.reset();
    assertThat(backoff.nextMs()).isBetween(50L, 100L);
  }
}
