package dev.onceflow.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes generated Avro classes in Confluent's wire format, with the subject that Confluent's
 * serializer would take ({@code TOPIC-key}, {@code TOPIC-value}); what one writes the other reads.
 * Avro itself does the encoding. Which schema is written is always the class's own; {@code
 * auto.register.schemas=false} makes it look the schema up instead of registering it. A schema
 * whose ID is known is written while the registry is away. Like every Kafka serializer it belongs
 * to one thread at a time.
 *
 * @param <T> the generated class
 */
public final class RegistryAvroSerializer<T extends SpecificRecord> implements Serializer<T> {
  private static final int BUFFER_BYTES = 512;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER_BYTES);
  private final Map<String, Writer<T>> writers = new HashMap<>();
  private BinaryEncoder encoder;
  private SchemaIds ids;
  private String suffix;

  private record Writer<T>(Schema schema, int id, SpecificDatumWriter<T> writer) {}

  @Override
  public void configure(Map<String, ?> config, boolean isKey) {
    ids = SerdeConfig.ids(config);
    suffix = isKey ? "-key" : "-value";
  }

  @Override
  public byte[] serialize(String topic, T data) {
    if (data == null) {
      return null;
    }
    Writer<T> writer = writer(topic, data.getSchema());
    bytes.reset();
    bytes.write(WireFormat.MAGIC);
    bytes.write(writer.id >>> 24);
    bytes.write(writer.id >>> 16);
    bytes.write(writer.id >>> 8);
    bytes.write(writer.id);
    try {
      encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
      writer.writer.write(data, encoder);
      encoder.flush();
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "A %s can't be written to %s: %s"
              .formatted(data.getSchema().getName(), topic, e.getMessage()),
          e);
    }
    return bytes.toByteArray();
  }

  // A generated class has one schema object, so identity is enough and costs nothing per record.
  @SuppressWarnings("ReferenceEquality")
  private Writer<T> writer(String topic, Schema schema) {
    Writer<T> known = writers.get(topic);
    if (known != null && known.schema == schema) {
      return known;
    }
    int id = ids.id(topic + suffix, schema);
    Writer<T> writer = new Writer<>(schema, id, new SpecificDatumWriter<>(schema));
    writers.put(topic, writer);
    return writer;
  }
}
