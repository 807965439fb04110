package dev.onceflow.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads Confluent's wire format by the schema that it was written with, into records without a
 * generated class: for readers that know no domain. Logical types stay as Avro stores them (a
 * timestamp is a long). Belongs to one thread; needs {@code schema.registry.url} and what {@link
 * AvroSerdes} says of credentials and TLS.
 */
public final class RegistryRecordReader {
  private final SchemaRegistry registry;
  private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();
  private BinaryDecoder decoder;

  /**
   * @throws org.apache.kafka.common.config.ConfigException if a setting is wrong, naming it
   */
  public RegistryRecordReader(Map<String, ?> config) {
    registry = SerdeConfig.registry(config);
  }

  /**
   * Reads one record.
   *
   * @param data not null
   * @throws SerializationException if the bytes are not such a record
   * @throws RegistryUnavailableException if the registry can't answer
   * @throws RegistryAccessException if it says no to whoever asks
   */
  public GenericRecord read(byte[] data) {
    if (data.length < WireFormat.HEADER_BYTES || data[0] != WireFormat.MAGIC) {
      throw new SerializationException(
          "%d bytes do not begin as Confluent's wire format does (a zero byte, then a schema ID in four)"
              .formatted(data.length));
    }
    int id = ByteBuffer.wrap(data, 1, Integer.BYTES).getInt();
    GenericDatumReader<GenericRecord> reader = reader(id);
    try {
      decoder =
          DecoderFactory.get()
              .binaryDecoder(
                  data, WireFormat.HEADER_BYTES, data.length - WireFormat.HEADER_BYTES, decoder);
      GenericRecord value = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new SerializationException(
            "Bytes are left over after a record of schema ID %d".formatted(id));
      }
      return value;
    } catch (IOException | RuntimeException e) {
      throw e instanceof SerializationException known
          ? known
          : new SerializationException(
              "The bytes are not a record of schema ID %d: %s".formatted(id, e.getMessage()), e);
    }
  }

  private GenericDatumReader<GenericRecord> reader(int id) {
    GenericDatumReader<GenericRecord> known = readers.get(id);
    if (known != null) {
      return known;
    }
    Schema schema = registry.schema(id);
    if (schema.getType() != Schema.Type.RECORD) {
      throw new SerializationException(
          "Schema ID %d is %s, expected a record".formatted(id, schema.getType().getName()));
    }
    // A model without conversions: logical types stay as they are stored.
    GenericDatumReader<GenericRecord> reader =
        new GenericDatumReader<>(schema, schema, new GenericData());
    readers.put(id, reader);
    return reader;
  }
}
