package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.route.Event;

/**
 * Decides about one event at a time. It reads its state stores and returns what is to be done; it
 * writes nothing itself, and asks no clock, no network and no chance, so that a replay decides the
 * same. Used by one thread.
 *
 * @param <V> what events say
 */
public interface EventHandler<V> {
  /**
   * Called before the first event, and again whenever the task starts over.
   *
   * @param stores the stores connected to the {@link Dedupe} node
   */
  default void open(HandlerStores stores) {}

  /**
   * Decides about an event whose ID was not decided before.
   *
   * @throws RuntimeException a bug or a failure of something it needs: the task fails, its Kafka
   *     transaction is aborted, and the event is read again
   */
  Decision handle(Event<V> event);
}
