package dev.onceflow.streams.preflight;

import java.util.function.Function;

/**
 * What the brokers say to a question, or why they don't.
 *
 * @param <T> the answer's type
 */
sealed interface Seen<T> {
  /** They say. */
  record Visible<T>(T value) implements Seen<T> {}

  /** They don't: no rights, or a broker or service that doesn't know the question. */
  record Hidden<T>(String reason) implements Seen<T> {}

  /** Judges the answer, or says that it isn't visible. */
  default Finding judge(Finding.Rule rule, Function<T, Finding> judgement) {
    if (this instanceof Visible<T> visible) {
      return judgement.apply(visible.value());
    }
    return rule.notVisible(((Hidden<T>) this).reason());
  }
}
