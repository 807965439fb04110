package dev.onceflow.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads Confluent's wire format as whoever wrote it meant it, without a generated class. Belongs to
 * one thread at a time; its failures are those of {@link RegistryAvroDeserializer}.
 */
public final class GenericAvroReader {
  private final SchemaRegistry registry;
  private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

  /**
   * @param config {@code schema.registry.url} and whatever else the serdes know
   */
  public GenericAvroReader(Map<String, ?> config) {
    this.registry = SerdeConfig.registry(config);
  }

  /**
   * The record in the bytes.
   *
   * @throws SerializationException if there is none
   */
  public GenericRecord read(byte[] data) {
    if (data.length < WireFormat.HEADER_BYTES || data[0] != WireFormat.MAGIC) {
      throw new SerializationException(
          "%d bytes do not begin as Confluent's wire format does (a zero byte, then a schema ID in four)"
              .formatted(data.length));
    }
    int id = ByteBuffer.wrap(data, 1, 4).getInt();
    GenericDatumReader<GenericRecord> reader =
        readers.computeIfAbsent(id, i -> new GenericDatumReader<>(registry.schema(i)));
    try {
      return reader.read(
          null,
          DecoderFactory.get()
              .binaryDecoder(
                  data, WireFormat.HEADER_BYTES, data.length - WireFormat.HEADER_BYTES, null));
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "The bytes are no record of schema ID %d: %s".formatted(id, e.getMessage()), e);
    }
  }
}
