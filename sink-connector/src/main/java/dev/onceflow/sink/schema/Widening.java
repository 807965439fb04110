package dev.onceflow.sink.schema;

import java.util.List;
import java.util.Optional;

/**
 * From a column's type to the wider one that a field needs. What a wider type holds includes all
 * that the narrower one held, so nothing that is stored changes.
 *
 * <pre>
 * smallint ──► integer ──► bigint ──► numeric        rewrites the table
 * real ──► double precision                          rewrites the table
 * numeric(p,s) ──► more digits before the point      changes the catalogue only
 * numeric(p,s) ──► more digits after the point       rewrites the table
 * varchar(n) ──► varchar(more)                       changes the catalogue only
 * timestamp(p), time(p) ──► all digits               changes the catalogue only
 * </pre>
 */
final class Widening {
  /** PostgreSQL's limit. */
  static final int PRECISION_MAX = 1_000;

  private static final String VARCHAR = "character varying";
  private static final List<SqlType> INTEGERS =
      List.of(SqlType.SMALLINT, SqlType.INTEGER, SqlType.BIGINT);
  private static final int[] INTEGER_DIGITS = {5, 10, 19};

  /** What a wider type takes. */
  enum Cost {
    /** A moment, whatever the table's size. */
    CATALOGUE,
    /** All rows and indexes are written anew under a lock that lets nobody read. */
    REWRITE
  }

  private Widening() {}

  /**
   * The type that a column must get.
   *
   * @return empty where it is wide enough, or no wider one is known
   */
  static Optional<SqlType> of(SqlType have, Least need) {
    if (have.isArray()) {
      return Optional.empty();
    }
    if (need instanceof Least.Whole whole) {
      return integer(have, whole);
    }
    if (need instanceof Least.Decimals decimals) {
      return decimal(have, decimals);
    }
    if (need instanceof Least.Doubles) {
      return have.equals(SqlType.REAL) ? Optional.of(SqlType.DOUBLE) : Optional.empty();
    }
    if (need instanceof Least.Characters characters) {
      return have.name().equals(VARCHAR)
              && !have.modifiers().isEmpty()
              && have.modifiers().get(0) < characters.max()
          ? Optional.of(SqlType.of(VARCHAR, characters.max()))
          : Optional.empty();
    }
    if (need instanceof Least.SecondDigits seconds) {
      return have.name().startsWith("time")
              && !have.modifiers().isEmpty()
              && have.modifiers().get(0) < seconds.digits()
          ? Optional.of(have.withoutModifiers())
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static Optional<SqlType> integer(SqlType have, Least.Whole need) {
    int rank = INTEGERS.indexOf(have);
    if (rank >= 0) {
      return rank < INTEGERS.indexOf(need.type()) ? Optional.of(need.type()) : Optional.empty();
    }
    return decimal(have, new Least.Decimals(need.digits(), 0));
  }

  private static Optional<SqlType> decimal(SqlType have, Least.Decimals need) {
    int integer = INTEGERS.indexOf(have);
    if (integer >= 0) {
      int digits = Math.max(need.wholeDigits(), INTEGER_DIGITS[integer]);
      return Optional.of(
          need.wholeDigits() == Least.Decimals.UNKNOWN
              ? SqlType.NUMERIC
              : numeric(digits, need.scale()));
    }
    if (!have.name().equals("numeric") || have.modifiers().size() != 2) {
      return Optional.empty();
    }
    int scale = have.modifiers().get(1);
    int digits = have.modifiers().get(0) - scale;
    return need.wholeDigits() <= digits && need.scale() <= scale
        ? Optional.empty()
        : Optional.of(numeric(Math.max(digits, need.wholeDigits()), Math.max(scale, need.scale())));
  }

  private static SqlType numeric(int wholeDigits, int scale) {
    return scale < 0 || wholeDigits + scale > PRECISION_MAX || wholeDigits < 0
        ? SqlType.NUMERIC
        : SqlType.of("numeric", Math.max(1, wholeDigits + scale), scale);
  }

  /** What a change that {@link #of} gave takes. */
  static Cost cost(SqlType from, SqlType to) {
    if (!from.withoutModifiers().equals(to.withoutModifiers())) {
      return Cost.REWRITE;
    }
    boolean isNumeric = from.name().equals("numeric") && !to.modifiers().isEmpty();
    return isNumeric && !from.modifiers().get(1).equals(to.modifiers().get(1))
        ? Cost.REWRITE
        : Cost.CATALOGUE;
  }
}
