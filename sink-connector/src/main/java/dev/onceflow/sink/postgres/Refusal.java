package dev.onceflow.sink.postgres;

import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What PostgreSQL says of a statement that it refused, as far as it holds no values of records: its
 * message and its detail may.
 *
 * @param sqlState from appendix A of its documentation
 * @param table with its schema in front
 * @param column where one column alone is to blame
 * @param constraint also of a unique index, and of a domain
 */
public record Refusal(
    String sqlState, Optional<String> table, Optional<String> column, Optional<String> constraint) {
  /** Takes apart what the driver throws. */
  public static Refusal of(SQLException failure) {
    ServerErrorMessage message =
        failure instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
    String sqlState = String.valueOf(failure.getSQLState());
    if (message == null) {
      return new Refusal(sqlState, Optional.empty(), Optional.empty(), Optional.empty());
    }
    return new Refusal(
        sqlState,
        Optional.ofNullable(message.getTable())
            .map(table -> message.getSchema() == null ? table : message.getSchema() + "." + table),
        Optional.ofNullable(message.getColumn()),
        Optional.ofNullable(message.getConstraint()));
  }
}
