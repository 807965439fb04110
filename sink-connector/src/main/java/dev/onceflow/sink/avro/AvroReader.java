package dev.onceflow.sink.avro;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Reads values of one Avro schema as Connect's, straight from the bytes.
 *
 * <pre>
 * record                        struct; one that holds itself can't be read
 * null or one other type        that one, optional
 * other unions                  struct with a field for each branch, named by its type
 * map                           map with text keys
 * enum                          string
 * decimal                       Decimal
 * date, time-millis             Date, Time
 * timestamp-millis              Timestamp
 * time-micros, timestamp-micros, timestamp-nanos, local-timestamp-*
 *                               int64 with Debezium's names, which keep the digits
 * uuid                          string, or bytes of a fixed, named as Debezium does
 * </pre>
 */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class AvroReader {
  private static final String DEBEZIUM_TIME = "io.debezium.time.";
  private static final String UUID_NAME = "io.debezium.data.Uuid";
  private static final int UUID_BYTES = 16;

  /** Reads one value. */
  @FunctionalInterface
  private interface ValueReader {
    Object read(Decoder in) throws IOException;
  }

  /** A schema that is still being made, until somebody asks for it. */
  private static final class Growing {
    private final SchemaBuilder builder;
    private org.apache.kafka.connect.data.Schema built;

    Growing(SchemaBuilder builder) {
      this.builder = builder;
    }

    /** The same object each time: structs are compared with it for each value. */
    org.apache.kafka.connect.data.Schema get() {
      if (built == null) {
        built = builder.build();
      }
      return built;
    }
  }

  private record Compiled(Growing schema, ValueReader reader) {
    Compiled(SchemaBuilder schema, ValueReader reader) {
      this(new Growing(schema), reader);
    }

    Compiled optional() {
      schema.builder.optional();
      return this;
    }
  }

  private final org.apache.kafka.connect.data.Schema schema;
  private final ValueReader reader;

  private AvroReader(Compiled compiled) {
    this.schema = compiled.schema().get();
    this.reader = compiled.reader();
  }

  /**
   * Makes a reader.
   *
   * @throws UnknownSchemaException where such values can't be read
   */
  static AvroReader of(Schema avro) {
    return new AvroReader(compile(avro, new HashSet<>()));
  }

  org.apache.kafka.connect.data.Schema schema() {
    return schema;
  }

  Object read(Decoder in) throws IOException {
    return reader.read(in);
  }

  private static Compiled compile(Schema avro, Set<String> around) {
    LogicalType logical = avro.getLogicalType();
    if (logical != null) {
      Compiled compiled = compileLogical(avro, logical);
      if (compiled != null) {
        return compiled;
      }
    }
    return switch (avro.getType()) {
      case RECORD -> compileRecord(avro, around);
      case UNION -> compileUnion(avro, around);
      case ARRAY -> compileArray(avro, around);
      case MAP -> compileMap(avro, around);
      case ENUM -> {
        List<String> symbols = avro.getEnumSymbols();
        yield new Compiled(SchemaBuilder.string(), in -> symbols.get(in.readEnum()));
      }
      case FIXED -> {
        int size = avro.getFixedSize();
        yield new Compiled(SchemaBuilder.bytes(), in -> fixed(in, size));
      }
      case STRING -> new Compiled(SchemaBuilder.string(), Decoder::readString);
      case BYTES -> new Compiled(SchemaBuilder.bytes(), in -> bytes(in));
      case INT -> new Compiled(SchemaBuilder.int32(), Decoder::readInt);
      case LONG -> new Compiled(SchemaBuilder.int64(), Decoder::readLong);
      case FLOAT -> new Compiled(SchemaBuilder.float32(), Decoder::readFloat);
      case DOUBLE -> new Compiled(SchemaBuilder.float64(), Decoder::readDouble);
      case BOOLEAN -> new Compiled(SchemaBuilder.bool(), Decoder::readBoolean);
      case NULL ->
          new Compiled(
              SchemaBuilder.string().optional(),
              in -> {
                in.readNull();
                return null;
              });
    };
  }

  private static byte[] fixed(Decoder in, int size) throws IOException {
    byte[] bytes = new byte[size];
    in.readFixed(bytes);
    return bytes;
  }

  private static byte[] bytes(Decoder in) throws IOException {
    ByteBuffer buffer = in.readBytes(null);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static Compiled compileLogical(Schema avro, LogicalType logical) {
    if (logical instanceof LogicalTypes.Decimal decimal) {
      int scale = decimal.getScale();
      boolean isFixed = avro.getType() == Schema.Type.FIXED;
      int size = isFixed ? avro.getFixedSize() : 0;
      return new Compiled(
          Decimal.builder(scale),
          in -> new BigDecimal(new BigInteger(isFixed ? fixed(in, size) : bytes(in)), scale));
    }
    return switch (logical.getName()) {
      case "date" ->
          new Compiled(
              org.apache.kafka.connect.data.Date.builder(),
              in -> new Date(TimeUnit.DAYS.toMillis(in.readInt())));
      case "time-millis" -> new Compiled(Time.builder(), in -> new Date(in.readInt()));
      case "time-micros" -> debezium("MicroTime");
      case "timestamp-millis" -> new Compiled(Timestamp.builder(), in -> new Date(in.readLong()));
      case "local-timestamp-millis" -> debezium("Timestamp");
      case "timestamp-micros", "local-timestamp-micros" -> debezium("MicroTimestamp");
      case "timestamp-nanos", "local-timestamp-nanos" -> debezium("NanoTimestamp");
      case "uuid" -> uuid(avro);
      default -> null;
    };
  }

  private static Compiled debezium(String name) {
    return new Compiled(SchemaBuilder.int64().name(DEBEZIUM_TIME + name), Decoder::readLong);
  }

  private static Compiled uuid(Schema avro) {
    SchemaBuilder schema = SchemaBuilder.string().name(UUID_NAME);
    return avro.getType() == Schema.Type.FIXED
        ? new Compiled(
            schema,
            in -> {
              ByteBuffer bits = ByteBuffer.wrap(fixed(in, UUID_BYTES));
              return new UUID(bits.getLong(), bits.getLong()).toString();
            })
        : new Compiled(schema, Decoder::readString);
  }

  private static Compiled compileRecord(Schema avro, Set<String> around) {
    if (!around.add(avro.getFullName())) {
      throw new UnknownSchemaException(
          "record " + avro.getFullName() + " holds itself, which Connect's structs can't");
    }
    SchemaBuilder struct = SchemaBuilder.struct().name(avro.getFullName());
    List<ValueReader> readers = new ArrayList<>();
    for (Schema.Field field : avro.getFields()) {
      Compiled compiled = compile(field.schema(), around);
      struct.field(field.name(), compiled.schema().get());
      readers.add(compiled.reader());
    }
    around.remove(avro.getFullName());
    Growing schema = new Growing(struct);
    return new Compiled(schema, structReader(schema, avro, readers));
  }

  private static ValueReader structReader(Growing schema, Schema avro, List<ValueReader> readers) {
    int size = readers.size();
    ValueReader[] inOrder = readers.toArray(ValueReader[]::new);
    Field[] fields = new Field[size];
    for (int i = 0; i < size; i++) {
      fields[i] = schema.builder.field(avro.getFields().get(i).name());
    }
    return in -> {
      Struct value = new Struct(schema.get());
      for (int i = 0; i < size; i++) {
        value.put(fields[i], inOrder[i].read(in));
      }
      return value;
    };
  }

  private static Compiled compileUnion(Schema avro, Set<String> around) {
    List<Schema> branches = avro.getTypes();
    List<Schema> present =
        branches.stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    if (present.size() == 1) {
      Compiled only = compile(present.get(0), around);
      int at = branches.indexOf(present.get(0));
      ValueReader reader = only.reader();
      return new Compiled(
          branches.size() == 1 ? only.schema() : only.optional().schema(),
          in -> in.readIndex() == at ? reader.read(in) : null);
    }
    return compileBranches(branches, around);
  }

  private static Compiled compileBranches(List<Schema> branches, Set<String> around) {
    SchemaBuilder struct = SchemaBuilder.struct().optional();
    ValueReader[] readers = new ValueReader[branches.size()];
    for (int i = 0; i < readers.length; i++) {
      if (branches.get(i).getType() != Schema.Type.NULL) {
        Compiled compiled = compile(branches.get(i), around);
        struct.field(branches.get(i).getName(), compiled.optional().schema().get());
        readers[i] = compiled.reader();
      }
    }
    Growing schema = new Growing(struct);
    return new Compiled(
        schema,
        in -> {
          int at = in.readIndex();
          return readers[at] == null
              ? null
              : new Struct(schema.get()).put(branches.get(at).getName(), readers[at].read(in));
        });
  }

  private static Compiled compileArray(Schema avro, Set<String> around) {
    Compiled element = compile(avro.getElementType(), around);
    ValueReader reader = element.reader();
    return new Compiled(
        SchemaBuilder.array(element.schema().get()),
        in -> {
          List<Object> values = new ArrayList<>();
          for (long block = in.readArrayStart(); block > 0; block = in.arrayNext()) {
            for (long i = 0; i < block; i++) {
              values.add(reader.read(in));
            }
          }
          return values;
        });
  }

  private static Compiled compileMap(Schema avro, Set<String> around) {
    Compiled value = compile(avro.getValueType(), around);
    ValueReader reader = value.reader();
    return new Compiled(
        SchemaBuilder.map(org.apache.kafka.connect.data.Schema.STRING_SCHEMA, value.schema().get()),
        in -> {
          Map<String, Object> values = new HashMap<>();
          for (long block = in.readMapStart(); block > 0; block = in.mapNext()) {
            for (long i = 0; i < block; i++) {
              String key = in.readString();
              values.put(key, reader.read(in));
            }
          }
          return values;
        });
  }
}
