package dev.onceflow.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads Confluent's wire format into generated Avro classes, resolving the writer's schema against
 * the class's own. Like every Kafka deserializer it belongs to one thread at a time.
 *
 * <p>Bytes that can't be read end in a {@link SerializationException}; a registry that can't answer
 * ends in a {@link RegistryUnavailableException}, and one that says no to whoever asks in a {@link
 * RegistryAccessException}. They must not be mistaken for each other: the first belongs in a dead
 * letter queue, the second in a retry, and the third ends the job. A schema ID that the registry
 * doesn't know is the record's fault; one that is known is read while the registry is away.
 *
 * @param <T> the generated class
 */
public final class RegistryAvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  /** The setting, shared with Confluent's deserializer, that names the generated class. */
  public static final String VALUE_TYPE = "specific.avro.value.type";

  private final Map<Integer, SpecificDatumReader<T>> readers = new HashMap<>();
  private BinaryDecoder decoder;
  private SchemaRegistry registry;
  private Schema expected;

  @Override
  public void configure(Map<String, ?> config, boolean isKey) {
    registry = SerdeConfig.registry(config);
    Object type = config.get(VALUE_TYPE);
    if (!(type instanceof Class<?> generated)) {
      throw new ConfigException(VALUE_TYPE, type, "give the generated Avro class");
    }
    expected = SpecificData.get().getSchema(generated);
  }

  @Override
  public T deserialize(String topic, byte[] data) {
    if (data == null) {
      return null;
    }
    if (data.length < WireFormat.HEADER_BYTES || data[0] != WireFormat.MAGIC) {
      throw new SerializationException(
          "%d bytes do not begin as Confluent's wire format does (a zero byte, then a schema ID in four)"
              .formatted(data.length));
    }
    int id = ByteBuffer.wrap(data, 1, 4).getInt();
    SpecificDatumReader<T> reader = reader(id);
    try {
      decoder =
          DecoderFactory.get()
              .binaryDecoder(
                  data, WireFormat.HEADER_BYTES, data.length - WireFormat.HEADER_BYTES, decoder);
      T value = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new SerializationException(
            "Bytes are left over after a %s of schema ID %d".formatted(expected.getName(), id));
      }
      return value;
    } catch (IOException | RuntimeException e) {
      throw e instanceof SerializationException known
          ? known
          : new SerializationException(
              "The bytes are not a %s of schema ID %d: %s"
                  .formatted(expected.getName(), id, e.getMessage()),
              e);
    }
  }

  private SpecificDatumReader<T> reader(int id) {
    SpecificDatumReader<T> known = readers.get(id);
    if (known != null) {
      return known;
    }
    SpecificDatumReader<T> reader = new SpecificDatumReader<>(registry.schema(id), expected);
    readers.put(id, reader);
    return reader;
  }
}
