package dev.onceflow.cli.dlq;

import static dev.onceflow.cli.dlq.TestingRecords.raw;
import static dev.onceflow.cli.dlq.TestingRecords.setAside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ExportLineTest {
  private final ExportLine lines = new ExportLine(new ValueFormat(Optional.empty()));

  @Test
  void whatIsNotEditedComesBackByteForByte() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("text", TestingRecords.utf8("é\n\"{\u0000"));
    headers.add("binary", new byte[] {(byte) 0xFF, 0});
    headers.add("nothing", null);
    headers.add("empty", new byte[0]);
    byte[] key = {(byte) 0xC3, 0x28};
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "orders-dlq",
            1,
            9L,
            0L,
            TimestampType.CREATE_TIME,
            2,
            -1,
            key,
            null,
            setAside(new RecordHeaders(headers), "unreadable", 3),
            Optional.empty());

    ExportLine.Edited read = lines.read(lines.write("id", new SetAsideRecord(record)));

    assertThat(read.place()).isEqualTo(new Place(1, 9));
    assertThat(read.topicId()).isEqualTo("id");
    assertThat(read.key()).isEqualTo(key);
    assertThat(read.value()).isNull();
    assertThat(read.headers()).isEqualTo(headers);
  }

  @Test
  void anEditOfTheValueIsWhatIsSent() {
    String line =
        lines.write(
            "id", new SetAsideRecord(raw(0, 5, "k", "-5", setAside(new RecordHeaders(), "c", 3))));

    ExportLine.Edited read = lines.read(line.replace("{\"text\":\"-5\"}", "{\"text\":\"5\"}"));

    assertThat(read.value()).isEqualTo(TestingRecords.utf8("5"));
  }

  @Test
  void aLineThatIsNoneSaysWhatIsExpected() {
    assertThatThrownBy(() -> lines.read("{")).hasMessageContaining("no JSON");
    assertThatThrownBy(() -> lines.read("{}")).hasMessageContaining("topic_id, partition, offset");
    String line = lines.write("id", TestingRecords.of(5, "c", "e1"));
    assertThatThrownBy(() -> lines.read(line.replace("\"value\":{\"text\"", "\"value\":{\"txt\"")))
        .hasMessageContaining("base64");
    assertThatThrownBy(
            () ->
                lines.read(line.replace("{\"text\":\"value-e1\"}", "{\"schema_id\":1,\"avro\":5}")))
        .hasMessageContaining("--schema-registry");
  }
}
