package dev.onceflow.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.dlq.TableRow.State;
import dev.onceflow.streams.route.Coordinates;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TableRowTest {
  private final TableRow row =
      TestingRows.row(TestingRows.from(TestingRows.TOPIC_ID, 40), State.NEW, TestingRows.HEADERS);
  private final SetAsideRecord record = new SetAsideRecord(row);

  @Test
  void aRowSaysWhyAndWhereFromAsConnectsQueueDoes() {
    assertThat(record.byConnect()).isTrue();
    assertThat(record.code()).isEqualTo("refused");
    assertThat(record.table()).contains("orders");
    assertThat(record.detail()).startsWith("the database refuses it");
    assertThat(record.application()).isEqualTo("orders-sink");
    assertThat(record.origin()).contains(new Coordinates(TestingRecords.INPUT, 3, 40));
    assertThat(record.firstFailed()).isEqualTo(Instant.ofEpochMilli(TestingRecords.FAILED_MS));
    assertThat(record.facet(Facet.TABLE)).isEqualTo("orders");
    assertThat(record.facet(Facet.PARTITION)).isEqualTo("orders-3");
  }

  @Test
  void headersAreBytesAgainAsFarAsTheTableHasThem() {
    assertThat(record.eventId()).contains("e5");
    assertThat(record.redrives()).isEqualTo(1);
    assertThat(row.headers().lastHeader("trace").value()).containsExactly(0, 0xFF);
    assertThat(row.headers().lastHeader("none").value()).isNull();
    assertThat(OwnHeaders.of(row.headers()).toArray())
        .extracting(Header::key)
        .containsExactly("ce_id", "trace", "none");
  }

  @Test
  void whatIsNoBytesIsShownAsJsonAndFoundAsText() {
    assertThat(Json.key(record)).hasToString("{\"json\":\"key-40\"}");
    assertThat(Json.value(record, new ValueFormat(Optional.empty())))
        .hasToString("{\"json\":{\"amount\":40}}");
    assertThat(row.key()).isEqualTo("key-40".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anExportedLineOfATableIsRefusedUntilItSaysWhatToSend() {
    ExportLine lines = new ExportLine(new ValueFormat(Optional.empty()));

    String kept = lines.write("sink/orders-sink", record);
    String original =
        lines.write(
            "sink/orders-sink",
            record,
            Optional.of(
                new Resend.Content(
                    TestingRecords.utf8("k"), TestingRecords.utf8("v"), new RecordHeaders())));

    assertThat(kept).contains("\"content\":\"table\"");
    assertThatThrownBy(() -> lines.read(kept))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{\"json\":");
    assertThat(original).contains("\"content\":\"input\"");
    ExportLine.Edited read = lines.read(original);
    assertThat(read.place()).isEqualTo(Place.of(record));
    assertThat(read.value()).isEqualTo(TestingRecords.utf8("v"));
  }

  @Test
  void aPlaceSaysWhichRowAndFiltersMayLeaveThatOut() {
    Place place = Place.of(record);

    assertThat(place).hasToString("3:40/" + new Uuid(7, 7) + "/" + TestingRows.TIME_MS);
    assertThat(Place.parse(place.toString())).isEqualTo(place);
    assertThat(Filter.at(Set.of(new Place(3, 40))).takes(record)).isTrue();
    assertThat(Filter.at(Set.of(place)).takes(record)).isTrue();
    assertThat(Filter.at(Set.of(new Place(3, 40, "another"))).takes(record)).isFalse();
    assertThatThrownBy(() -> Place.parse("3:40/")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRowIsOfOneTopicUnlessTheSinkDidNotKnowItsId() {
    TableRow unknown =
        TestingRows.row(TestingRows.from(TableRow.UNKNOWN_TOPIC, 40), State.NEW, "[]");

    assertThat(row.isOf(new Uuid(7, 7).toString())).isTrue();
    assertThat(row.isOf(new Uuid(7, 8).toString())).isFalse();
    assertThat(unknown.isOf(new Uuid(7, 8).toString())).isTrue();
  }
}
