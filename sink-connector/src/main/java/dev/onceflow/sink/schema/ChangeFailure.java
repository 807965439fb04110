package dev.onceflow.sink.schema;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** What a failed change of a table calls for, by SQLSTATE. */
final class ChangeFailure {
  private static final String NO_RIGHT = "42501";
  private static final String NO_SCHEMA = "3F000";
  // Used by a view or a rule, a part of the partition key, in use by this session.
  private static final Set<String> IN_THE_WAY = Set.of("0A000", "42P16", "2BP01", "42809", "55006");

  private ChangeFailure() {}

  /**
   * The failure itself where it is trouble of the database, to be tried again.
   *
   * @throws SchemaMismatchException where somebody with more rights has to do something; says what
   */
  static SQLException explained(TableNeeds needs, EvolutionPlan plan, SQLException failure) {
    Optional<String> why = reason(failure);
    if (why.isPresent()) {
      throw new SchemaMismatchException(
          "table %s has to change for its records, but %s; have its owner run:%s"
              .formatted(needs.table(), why.get(), plan.script()),
          failure);
    }
    return failure;
  }

  private static Optional<String> reason(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    if (state.equals(NO_RIGHT)) {
      return Optional.of("the role may not (SQLSTATE 42501)");
    }
    if (state.equals(NO_SCHEMA)) {
      return Optional.of("the sink makes no schemas, and this one isn't there (SQLSTATE 3F000)");
    }
    return IN_THE_WAY.contains(state)
        ? Optional.of(
            "something in the database stands against it (SQLSTATE %s: %s)"
                .formatted(state, failure.getMessage()))
        : Optional.empty();
  }
}
