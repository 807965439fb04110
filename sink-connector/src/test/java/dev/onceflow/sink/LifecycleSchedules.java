package dev.onceflow.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** All the orders, up to a length, of what Connect calls on a task and of what befalls a lane. */
final class LifecycleSchedules {
  /** A call on the task, for all its partitions. */
  enum Call {
    /** put() with the next record of each partition; returns before its effects are committed. */
    PUT,
    /** The same; its database transaction is held before the fence until the next call. */
    PUT_HELD,
    /** put() with nothing, as after a poll that gave nothing. */
    PUT_NOTHING,
    /** put() with records; the line is cut before the next statement on the fence. */
    PUT_CUT,
    /** put() with records; the answer to the next COMMIT is lost. */
    PUT_ANSWER_LOST,
    PRE_COMMIT,
    /** stop(), and a new task with the same partitions. */
    STOP
  }

  /** What befalls one partition between two calls. */
  enum Move {
    NOTHING,
    /** close(). */
    REVOKED,
    /** open(), where the group stands before everything. */
    ASSIGNED_BEHIND,
    /** open(), where the group stands behind the last record. */
    ASSIGNED_AHEAD,
    /** Another task claims it and writes, and this one isn't told. */
    TAKEN_AWAY,
    /** The database goes back to when one record was applied. */
    DATABASE_BACK,
    /** The database goes back to before the sink began. */
    DATABASE_EMPTIED
  }

  private LifecycleSchedules() {}

  static List<List<Call>> calls(int length) {
    return sequences(List.of(Call.values()), length, LifecycleSchedules::isWorthwhile);
  }

  private static boolean isWorthwhile(List<Call> before, Call next) {
    // A second stop, or two calls of preCommit in a row, show nothing new and cost most.
    return switch (next) {
      case STOP -> !before.contains(Call.STOP);
      case PRE_COMMIT -> before.isEmpty() || before.get(before.size() - 1) != Call.PRE_COMMIT;
      default -> true;
    };
  }

  static List<List<Move>> moves(int length) {
    return sequences(List.of(Move.values()), length, LifecycleSchedules::isAllowed);
  }

  private static boolean isAllowed(List<Move> before, Move next) {
    boolean isOpen = true;
    boolean isTaken = false;
    boolean wentBack = false;
    for (Move move : before) {
      switch (move) {
        case REVOKED -> isOpen = false;
        case ASSIGNED_BEHIND, ASSIGNED_AHEAD -> {
          isOpen = true;
          isTaken = false;
        }
        case TAKEN_AWAY -> isTaken = true;
        case DATABASE_BACK, DATABASE_EMPTIED -> wentBack = true;
        case NOTHING -> {}
      }
    }
    return switch (next) {
      case NOTHING -> true;
      case REVOKED -> isOpen;
      case ASSIGNED_BEHIND, ASSIGNED_AHEAD -> !isOpen;
      case TAKEN_AWAY -> isOpen && !isTaken;
      case DATABASE_BACK, DATABASE_EMPTIED -> !wentBack;
    };
  }

  private static <T> List<List<T>> sequences(
      List<T> alphabet, int length, BiPredicate<List<T>, T> allowed) {
    List<List<T>> all = List.of(List.of());
    for (int i = 0; i < length; i++) {
      List<List<T>> longer = new ArrayList<>();
      for (List<T> before : all) {
        for (T next : alphabet) {
          if (allowed.test(before, next)) {
            List<T> sequence = new ArrayList<>(before);
            sequence.add(next);
            longer.add(List.copyOf(sequence));
          }
        }
      }
      all = longer;
    }
    return all;
  }
}
