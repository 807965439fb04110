package dev.onceflow.sink.avro;

import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.RecordShape;
import dev.onceflow.sink.record.UnfitRecordException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Values in the wire format of Confluent's serializers: a zero byte, the schema's ID in four bytes,
 * then Avro's binary form. Each schema is asked for once: an ID never changes its meaning. Used by
 * Connect's thread.
 */
public final class AvroShape implements RecordShape {
  private static final byte MAGIC = 0;
  private static final int HEADER_BYTES = 5;

  private final SchemaSource schemas;
  private final RecordShape next;
  private final Map<Integer, AvroReader> readers = new HashMap<>();
  private BinaryDecoder decoder;
  private int lastId;
  private AvroReader lastReader;

  AvroShape(SchemaSource schemas, RecordShape next) {
    this.schemas = schemas;
    this.next = next;
  }

  /** Decodes by a registry's schemas; what comes out is of another shape. */
  public static AvroShape of(RegistryAccess registry, RecordShape next) {
    return new AvroShape(new HttpSchemaSource(registry), next);
  }

  @Override
  public SinkRecord read(SinkRecord delivered) {
    Object value = delivered.value();
    if (value == null) {
      return next.read(delivered);
    }
    if (value instanceof byte[] bytes) {
      return next.read(decoded(delivered, bytes, 0, bytes.length));
    }
    if (value instanceof ByteBuffer buffer && buffer.hasArray()) {
      return next.read(
          decoded(
              delivered,
              buffer.array(),
              buffer.arrayOffset() + buffer.position(),
              buffer.remaining()));
    }
    throw unfit(
        delivered,
        "comes as "
            + value.getClass().getSimpleName()
            + " and not as bytes: set value.converter=org.apache.kafka.connect.converters.ByteArrayConverter");
  }

  private SinkRecord decoded(SinkRecord delivered, byte[] bytes, int from, int length) {
    if (length < HEADER_BYTES || bytes[from] != MAGIC) {
      throw unfit(
          delivered,
          "is not in the wire format of a schema registry's serializers (a zero byte, then the schema's"
              + " ID in four bytes)");
    }
    int id = ByteBuffer.wrap(bytes, from + 1, Integer.BYTES).getInt();
    AvroReader reader = reader(delivered, id);
    decoder =
        DecoderFactory.get()
            .binaryDecoder(bytes, from + HEADER_BYTES, length - HEADER_BYTES, decoder);
    Object value;
    try {
      value = reader.read(decoder);
      if (!decoder.isEnd()) {
        throw unfit(delivered, "has more bytes than its schema (ID " + id + ") says");
      }
    } catch (EOFException e) {
      throw unfit(delivered, "has fewer bytes than its schema (ID " + id + ") says");
    } catch (IOException | AvroRuntimeException e) {
      throw unfit(delivered, "can't be read by its schema (ID " + id + "): " + e.getMessage());
    }
    return new SinkRecord(
        delivered.topic(),
        delivered.kafkaPartition(),
        delivered.keySchema(),
        delivered.key(),
        reader.schema(),
        value,
        delivered.kafkaOffset(),
        delivered.timestamp(),
        delivered.timestampType(),
        delivered.headers(),
        delivered.originalTopic(),
        delivered.originalKafkaPartition(),
        delivered.originalKafkaOffset());
  }

  private AvroReader reader(SinkRecord delivered, int id) {
    if (lastReader != null && id == lastId) {
      return lastReader;
    }
    AvroReader reader = readers.get(id);
    if (reader == null) {
      try {
        reader = AvroReader.of(schemas.schema(id));
      } catch (UnknownSchemaException e) {
        throw unfit(delivered, "can't be read: " + e.getMessage());
      }
      readers.put(id, reader);
    }
    lastId = id;
    lastReader = reader;
    return reader;
  }

  private static UnfitRecordException unfit(SinkRecord record, String what) {
    return new UnfitRecordException("the value of record " + Coordinates.text(record) + " " + what);
  }
}
