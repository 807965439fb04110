package dev.onceflow.streams.route;

import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes an event of a record's bytes, or says why it can't. Used by one thread.
 *
 * @param <V> what events say
 */
@FunctionalInterface
public interface EventDecoder<V> {
  /**
   * Decodes and validates one record, without looking at any state.
   *
   * @param topic where the record lies
   * @param record the record as it came; not to be changed
   * @return the event, or the reason why it is none
   * @throws RuntimeException a failure; {@link DecodeFailure} says whether it is the record's
   */
  Parsed<V> decode(String topic, Record<byte[], byte[]> record);
}
