package dev.onceflow.schemas.evolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.RejectedPayment;
import dev.onceflow.schemas.event.Samples;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.serde.TestingRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every contract against all of its past: by Avro's rules, and by bytes through our serdes. */
class SchemaEvolutionTest {
  private static final int HEADER_BYTES = 5;

  @TempDir private Path folder;
  private TestingRegistry registry;
  private AvroSerdes serdes;

  @BeforeEach
  void start() throws IOException {
    registry = TestingRegistry.overHttp();
    serdes = new AvroSerdes(Map.of("schema.registry.url", registry.url()));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  static List<Contract> contracts() {
    return Contract.all();
  }

  static List<SpecificRecord> samples() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void aContractIsTheLatestOfItsVersionsAndKeepsItsRuleWithAll(Contract contract) {
    assertThat(contract.faults(Path.of("target", "avro-history"))).isEmpty();
  }

  @Test
  void thereIsASampleOfEveryContract() {
    assertThat(samples().stream().map(each -> each.getSchema().getName()))
        .containsExactlyElementsOf(contracts().stream().map(Contract::name).toList());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void oldCodeReadsWhatTheNextVersionWrites(SpecificRecord sample) {
    Schema next = changed(sample.getSchema(), SchemaEvolutionTest::withAFieldInFront);
    GenericRecord written = resolved(generic(sample), next);
    written.put("added_later", "by the next version");

    byte[] bytes = framed(written);

    assertThat(deserialize(sample, bytes)).isEqualTo(sample);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void newCodeReadsWhatEveryVersionWrote(SpecificRecord sample) {
    for (Schema released : contract(sample).released()) {
      byte[] bytes = framed(resolved(generic(sample), released));

      // What the old version had no field for is what the contract says by default.
      assertThat(generic(deserialize(sample, bytes)))
          .isEqualTo(resolved(resolved(generic(sample), released), sample.getSchema()));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyVersionReadsWhatNewCodeWrites(SpecificRecord sample) {
    byte[] bytes = serdes.serializer().serialize("any", sample);

    for (Schema released : contract(sample).released()) {
      GenericRecord read = decode(payload(bytes), sample.getSchema(), released);

      assertThat(read.getSchema()).isEqualTo(released);
      // A record inside may have more fields today than that version knows.
      GenericRecord known = resolved(generic(sample), released);
      for (Schema.Field field : released.getFields()) {
        assertThat(read.get(field.name())).hasToString(textOf(known, field));
      }
    }
  }

  @Test
  void newCodeReadsWhatAVersionWithoutItsOptionalFieldWrote() {
    for (SpecificRecord sample : samples()) {
      if (sample instanceof PaymentEvent || sample instanceof RejectedPayment) {
        Schema before = changed(sample.getSchema(), SchemaEvolutionTest::withoutTheLastField);

        SpecificRecord read = deserialize(sample, framed(resolved(generic(sample), before)));

        int last = before.getFields().size();
        assertThat(read.get(last)).isNull();
        read.put(last, sample.get(last));
        assertThat(read).isEqualTo(sample);
      }
    }
  }

  @Test
  void aRemovedRequiredFieldIsCaught() {
    for (Contract contract : contracts()) {
      Schema changed = changed(contract.current(), fields -> fields.subList(1, fields.size()));

      assertThat(contract.changedTo(changed).faults(folder))
          .isNotEmpty()
          .allMatch(fault -> fault.contains("old code can't read new records"));
    }
  }

  @Test
  void aNewRequiredFieldIsCaught() {
    for (Contract contract : contracts()) {
      Schema changed =
          changed(
              contract.current(),
              fields -> added(fields, new Schema.Field("more", Schema.create(Schema.Type.INT))));

      assertThat(contract.changedTo(changed).faults(folder))
          .isNotEmpty()
          .allMatch(fault -> fault.contains("new code can't read old records"));
    }
  }

  @Test
  void aChangedTypeIsCaughtByTheRuleAndByTheBytes() {
    SpecificRecord sample = samples().get(0);
    Contract contract = contract(sample);
    Schema changed = changed(contract.current(), SchemaEvolutionTest::withAmountsAsText);

    assertThat(contract.changedTo(changed).faults(folder))
        .anyMatch(fault -> fault.contains("TYPE_MISMATCH"));
    GenericRecord written = new GenericData.Record(changed);
    GenericRecord from = generic(sample);
    for (Schema.Field field : changed.getFields()) {
      Object value = from.get(field.name());
      written.put(field.name(), field.name().equals("amount_minor") ? value.toString() : value);
    }
    assertThatThrownBy(() -> deserialize(sample, framed(written)))
        .isInstanceOf(SerializationException.class)
        .hasCauseInstanceOf(AvroTypeException.class);
  }

  @Test
  void anotherKindOfPaymentIsCaughtSinceOldCodeHasNoWordForIt() {
    Contract contract = contract(samples().get(0));
    Schema changed =
        new Schema.Parser()
            .parse(
                contract.current().toString().replace("\"CREDIT\"", "\"CREDIT\",\"CHARGEBACK\""));

    assertThat(contract.changedTo(changed).faults(folder))
        .anyMatch(fault -> fault.contains("MISSING_ENUM_SYMBOLS"));
  }

  @Test
  void aChangeWithoutAVersionSaysWhatToDo() {
    Contract contract = contract(samples().get(0));
    int next = contract.released().size() + 1;
    Schema changed = changed(contract.current(), SchemaEvolutionTest::withAFieldInFront);

    assertThat(contract.changedTo(changed).faults(folder))
        .singleElement()
        .asString()
        .contains("Make it a version: cp " + folder)
        .endsWith("src/main/avro-history/PaymentEvent/v%d.avsc".formatted(next));
    assertThat(folder.resolve("PaymentEvent").resolve(Contract.fileName(next)))
        .content()
        .contains("added_later");
  }

  private static Contract contract(SpecificRecord sample) {
    return contracts().stream()
        .filter(each -> each.name().equals(sample.getSchema().getName()))
        .findFirst()
        .orElseThrow();
  }

  private static List<Schema.Field> withAFieldInFront(List<Schema.Field> fields) {
    Schema optional =
        Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING));
    Schema.Field field =
        new Schema.Field("added_later", optional, null, Schema.Field.NULL_DEFAULT_VALUE);
    return Stream.concat(Stream.of(field), fields.stream()).toList();
  }

  private static List<Schema.Field> added(List<Schema.Field> fields, Schema.Field field) {
    List<Schema.Field> more = new ArrayList<>(fields);
    more.add(field);
    return more;
  }

  private static List<Schema.Field> withoutTheLastField(List<Schema.Field> fields) {
    return fields.subList(0, fields.size() - 1);
  }

  private static List<Schema.Field> withAmountsAsText(List<Schema.Field> fields) {
    return fields.stream()
        .map(
            field ->
                field.name().equals("amount_minor")
                    ? new Schema.Field(field.name(), Schema.create(Schema.Type.STRING))
                    : field)
        .toList();
  }

  private static Schema changed(Schema schema, UnaryOperator<List<Schema.Field>> change) {
    List<Schema.Field> fields =
        schema.getFields().stream().map(field -> new Schema.Field(field, field.schema())).toList();
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, change.apply(fields));
  }

  private static String textOf(GenericRecord record, Schema.Field field) {
    return String.valueOf(record.get(field.name()));
  }

  /** The record without its class, as its own bytes say it. */
  private GenericRecord generic(SpecificRecord record) {
    byte[] bytes = serdes.serializer().serialize("any", record);
    return decode(payload(bytes), record.getSchema(), record.getSchema());
  }

  private static GenericRecord resolved(GenericRecord record, Schema reader) {
    return decode(encode(record), record.getSchema(), reader);
  }

  private byte[] framed(GenericRecord record) {
    byte[] payload = encode(record);
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .put((byte) 0)
        .putInt(registry.add(record.getSchema().toString()))
        .put(payload)
        .array();
  }

  private static byte[] payload(byte[] framed) {
    return Arrays.copyOfRange(framed, HEADER_BYTES, framed.length);
  }

  private SpecificRecord deserialize(SpecificRecord like, byte[] bytes) {
    return serdes.deserializer(like.getClass()).deserialize("any", bytes);
  }

  private static byte[] encode(GenericRecord record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static GenericRecord decode(byte[] bytes, Schema writer, Schema reader) {
    try {
      return new GenericDatumReader<GenericRecord>(writer, reader)
          .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
