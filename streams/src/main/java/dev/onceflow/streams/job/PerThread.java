package dev.onceflow.streams.job;

import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serdes for topologies, one per thread that uses them. Streams gives the one object that a
 * topology was built with to all its threads, so a serde that keeps a buffer would mix the bytes of
 * two records as soon as {@code num.stream.threads} is above one.
 */
public final class PerThread {
  private PerThread() {}

  /**
   * A serde that is made anew, configured, for each thread.
   *
   * @param made makes one
   */
  public static <T> Serde<T> serde(Supplier<Serde<T>> made) {
    return Serdes.serdeFrom(
        serializer(() -> made.get().serializer()), deserializer(() -> made.get().deserializer()));
  }

  /**
   * A serializer that is made anew, configured, for each thread.
   *
   * @param made makes one
   */
  public static <T> Serializer<T> serializer(Supplier<Serializer<T>> made) {
    ThreadLocal<Serializer<T>> own = ThreadLocal.withInitial(made);
    return new Serializer<>() {
      @Override
      public byte[] serialize(String topic, T data) {
        return own.get().serialize(topic, data);
      }

      @Override
      public byte[] serialize(String topic, Headers headers, T data) {
        return own.get().serialize(topic, headers, data);
      }
    };
  }

  /**
   * A deserializer that is made anew, configured, for each thread.
   *
   * @param made makes one
   */
  public static <T> Deserializer<T> deserializer(Supplier<Deserializer<T>> made) {
    ThreadLocal<Deserializer<T>> own = ThreadLocal.withInitial(made);
    return new Deserializer<>() {
      @Override
      public T deserialize(String topic, byte[] data) {
        return own.get().deserialize(topic, data);
      }

      @Override
      public T deserialize(String topic, Headers headers, byte[] data) {
        return own.get().deserialize(topic, headers, data);
      }
    };
  }
}
