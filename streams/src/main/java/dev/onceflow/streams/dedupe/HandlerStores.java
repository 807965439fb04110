package dev.onceflow.streams.dedupe;

import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;

/** The state stores that a handler may read. */
public final class HandlerStores {
  private final ProcessingContext context;

  HandlerStores(ProcessingContext context) {
    this.context = context;
  }

  /**
   * A key-value store by name.
   *
   * @throws org.apache.kafka.streams.errors.StreamsException if it isn't connected to the node
   */
  // Which types a store holds is known to whoever built it.
  @SuppressWarnings("TypeParameterUnusedInFormals")
  public <K, V> KeyValueStore<K, V> keyValue(String name) {
    return context.getStateStore(name);
  }
}
