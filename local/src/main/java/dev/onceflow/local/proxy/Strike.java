package dev.onceflow.local.proxy;

import org.apache.kafka.common.protocol.Errors;

/**
 * What happens to one request to a broker, or to its answer.
 *
 * @param kind what
 * @param ms how long, where it takes time; else 0
 * @param error what the proxy answers, where it does; else NONE
 */
public record Strike(Kind kind, long ms, Errors error) {
  /** See {@link Kind#REQUEST_LOST}. */
  public static final Strike REQUEST_LOST = new Strike(Kind.REQUEST_LOST, 0, Errors.NONE);

  /** See {@link Kind#REQUEST_STUCK}. */
  public static final Strike REQUEST_STUCK = new Strike(Kind.REQUEST_STUCK, 0, Errors.NONE);

  /** See {@link Kind#REQUEST_TWICE}. */
  public static final Strike REQUEST_TWICE = new Strike(Kind.REQUEST_TWICE, 0, Errors.NONE);

  /** See {@link Kind#ANSWER_LOST}. */
  public static final Strike ANSWER_LOST = new Strike(Kind.ANSWER_LOST, 0, Errors.NONE);

  /** The ways to strike. */
  public enum Kind {
    /** The line is cut before the broker gets the request. */
    REQUEST_LOST,
    /**
     * The broker never gets the request, nor anything behind it on this connection, and nothing is
     * cut: the client waits until it gives up, and the broker keeps the connection until {@link
     * Line#cut} or {@link Line#restore}.
     */
    REQUEST_STUCK,
    /**
     * The request, and what is behind it on its connection, reaches the broker late; even if its
     * client has hung up by then, since a packet on its way doesn't know of that.
     */
    REQUEST_HELD,
    /**
     * The broker gets the request twice, one right after the other; the client hears the first
     * answer only.
     */
    REQUEST_TWICE,
    /** The broker never gets the request; the proxy answers in its place that it failed. */
    ERROR_ANSWER,
    /**
     * The broker did what was asked and says so, but the line is cut before the client hears it.
     * Passes answers that say no: losing those would leave nothing undecided.
     */
    ANSWER_LOST,
    /** The broker's answer, and what is behind it on its connection, reaches the client late. */
    ANSWER_DELAYED
  }

  /** Checks itself. */
  public Strike {
    boolean needsMs = kind == Kind.REQUEST_HELD || kind == Kind.ANSWER_DELAYED;
    if (needsMs ? ms < 1 : ms != 0) {
      throw new IllegalArgumentException(
          "%s for %d ms: expected %s".formatted(kind, ms, needsMs ? "at least 1" : "0"));
    }
    if ((kind == Kind.ERROR_ANSWER) == (error == Errors.NONE)) {
      throw new IllegalArgumentException(
          "%s with %s: ERROR_ANSWER, and nothing else, has an error".formatted(kind, error));
    }
  }

  /** See {@link Kind#REQUEST_HELD}. */
  public static Strike requestHeld(long ms) {
    return new Strike(Kind.REQUEST_HELD, ms, Errors.NONE);
  }

  /** See {@link Kind#ERROR_ANSWER}; retriable and fatal errors alike. */
  public static Strike errorAnswer(Errors error) {
    return new Strike(Kind.ERROR_ANSWER, 0, error);
  }

  /** See {@link Kind#ANSWER_DELAYED}. */
  public static Strike answerDelayed(long ms) {
    return new Strike(Kind.ANSWER_DELAYED, ms, Errors.NONE);
  }

  /** Whether it waits for the answer; else it strikes when the request comes. */
  boolean isAtAnswer() {
    return kind == Kind.ANSWER_LOST || kind == Kind.ANSWER_DELAYED;
  }

  /** For people. */
  @Override
  public String toString() {
    return kind + (ms > 0 ? " " + ms + " ms" : "") + (error == Errors.NONE ? "" : " " + error);
  }
}
