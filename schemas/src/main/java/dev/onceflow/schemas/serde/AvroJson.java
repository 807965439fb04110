package dev.onceflow.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Values in Confluent's wire format as Avro's JSON and back, whatever schema they have, for people
 * who look at them and edit them. What {@link #read} gives, {@link #write} makes the same bytes of.
 * Used by one thread.
 */
public final class AvroJson {
  private final SchemaRegistry registry;

  /**
   * A value.
   *
   * @param schemaId the ID of the schema that it was written with
   * @param json what it says, in Avro's JSON encoding
   */
  public record Value(int schemaId, String json) {}

  /**
   * Asks nothing yet.
   *
   * @param config {@code schema.registry.url} and the other settings that {@link AvroSerdes} names
   * @throws ConfigException if a setting is wrong, naming it and what is expected
   */
  public AvroJson(Map<String, ?> config) {
    registry = SerdeConfig.registry(config);
  }

  /**
   * Reads a value; empty where it isn't one of a schema that the registry knows, or its JSON would
   * not give the same bytes.
   *
   * @throws RegistryUnavailableException if the registry can't answer
   * @throws RegistryAccessException if it says no to whoever asks
   */
  public Optional<Value> read(byte[] bytes) {
    if (bytes == null || bytes.length < WireFormat.HEADER_BYTES || bytes[0] != WireFormat.MAGIC) {
      return Optional.empty();
    }
    int id = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
    try {
      Value value = new Value(id, json(registry.schema(id), bytes));
      return Arrays.equals(write(value), bytes) ? Optional.of(value) : Optional.empty();
    } catch (IOException | AvroRuntimeException | SerializationException notThat) {
      return Optional.empty();
    }
  }

  private static String json(Schema schema, byte[] bytes) throws IOException {
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(
                bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, null);
    Object datum = new GenericDatumReader<>(schema).read(null, decoder);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonEncoder encoder = EncoderFactory.get().jsonEncoder(schema, out);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * Makes bytes of a value.
   *
   * @throws SerializationException if the registry doesn't know its schema, or it isn't of it
   * @throws RegistryUnavailableException if the registry can't answer
   * @throws RegistryAccessException if it says no to whoever asks
   */
  public byte[] write(Value value) {
    Schema schema = registry.schema(value.schemaId());
    try {
      Object datum =
          new GenericDatumReader<>(schema)
              .read(null, DecoderFactory.get().jsonDecoder(schema, value.json()));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(WireFormat.MAGIC);
      out.write(ByteBuffer.allocate(Integer.BYTES).putInt(value.schemaId()).array());
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<>(schema).write(datum, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException | AvroRuntimeException | ClassCastException e) {
      throw new SerializationException(
          "The JSON is not a %s of schema ID %d: %s"
              .formatted(schema.getName(), value.schemaId(), e.getMessage()),
          e);
    }
  }
}
