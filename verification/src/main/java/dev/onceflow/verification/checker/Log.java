package dev.onceflow.verification.checker;

import java.util.function.Consumer;

/**
 * Records of several partitions, each partition's in its order, the partitions mixed in any way.
 *
 * @param <R> one record
 */
@FunctionalInterface
public interface Log<R> {
  /** Gives all of it to an action, record by record; may be asked again. */
  void forEach(Consumer<R> action);
}
