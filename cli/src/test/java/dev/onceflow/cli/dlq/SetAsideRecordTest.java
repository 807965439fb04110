package dev.onceflow.cli.dlq;

import static dev.onceflow.cli.dlq.TestingRecords.raw;
import static dev.onceflow.cli.dlq.TestingRecords.setAside;
import static dev.onceflow.cli.dlq.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.route.Coordinates;
import dev.onceflow.streams.route.SetAside;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class SetAsideRecordTest {
  @Test
  void whatAJobSaysIsRead() {
    SetAsideRecord record = TestingRecords.of(5, "unreadable", "e1");

    assertThat(record.code()).isEqualTo("unreadable");
    assertThat(record.origin()).contains(new Coordinates("orders", 3, 7));
    assertThat(record.operator()).isEqualTo("parse");
    assertThat(record.eventId()).contains("e1");
    assertThat(record.firstFailed()).isEqualTo(Instant.ofEpochMilli(TestingRecords.FAILED_MS));
    assertThat(record.redrives()).isZero();
    assertThat(record.facet(Facet.PARTITION)).isEqualTo("orders-3");
    assertThat(record.facet(Facet.HOUR)).isEqualTo("2023-11-14T22:00:00Z");
  }

  @Test
  void theLastWordCountsWhereARecordWasSetAsideTwice() {
    RecordHeaders headers = setAside(new RecordHeaders(), "unreadable", 3);
    setAside(headers, "too-large-to-repartition", 4);

    SetAsideRecord record = new SetAsideRecord(raw(0, 5, "k", "v", headers));

    assertThat(record.code()).isEqualTo("too-large-to-repartition");
    assertThat(record.origin()).contains(new Coordinates("orders", 4, 7));
  }

  @Test
  void whatConnectSaysIsReadWithTheSinksReason() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(ConnectErrors.TOPIC, utf8("ledger-entries"));
    headers.add(ConnectErrors.PARTITION, utf8("2"));
    headers.add(ConnectErrors.OFFSET, utf8("40"));
    headers.add(ConnectErrors.CONNECTOR, utf8("ledger"));
    headers.add(ConnectErrors.STAGE, utf8("TASK_PUT"));
    headers.add(ConnectErrors.EXCEPTION, utf8("org.apache.kafka.connect.errors.DataException"));
    SetAsideRecord foreign = new SetAsideRecord(raw(0, 5, "k", "v", headers));
    headers = new RecordHeaders(headers);
    headers.add(
        ConnectErrors.MESSAGE,
        utf8("the database refuses it; onceflow:{\"reason\":\"refused\",\"sqlstate\":\"23514\"}"));
    SetAsideRecord ours = new SetAsideRecord(raw(0, 6, "k", "v", headers));

    assertThat(foreign.code()).isEqualTo("DataException");
    assertThat(ours.code()).isEqualTo("refused");
    assertThat(ours.origin()).contains(new Coordinates("ledger-entries", 2, 40));
    assertThat(ours.application()).isEqualTo("ledger");
    assertThat(ours.operator()).isEqualTo("TASK_PUT");
  }

  @Test
  void headersThatAnybodyMayHaveWrittenBreakNothing() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(SetAside.TOPIC, utf8("orders"));
    headers.add(SetAside.PARTITION, utf8("99999999999"));
    headers.add(SetAside.ATTEMPT, utf8("many"));
    headers.add(SetAside.REASON, null);
    headers.add(SetAsideRecord.REDRIVES, utf8("-4"));

    SetAsideRecord record = new SetAsideRecord(raw(0, 5, null, null, headers));

    assertThat(record.origin()).isEmpty();
    assertThat(record.code()).isEqualTo(SetAsideRecord.UNKNOWN);
    assertThat(record.attempt()).isEqualTo(1);
    assertThat(record.redrives()).isZero();
  }

  @Test
  void attemptsTellOfRedrivesWhereTheirCountWasLeftOut() {
    SetAsideRecord record =
        TestingRecords.of(
            5, "unreadable", "e1", new RecordHeader(SetAsideRecord.REDRIVES, utf8("2")));
    RecordHeaders headers = setAside(new RecordHeaders(), "unreadable", 3);
    headers.remove(SetAside.ATTEMPT).add(SetAside.ATTEMPT, utf8("4"));
    SetAsideRecord leftOut = new SetAsideRecord(raw(0, 6, null, null, headers));

    assertThat(record.redrives()).isEqualTo(2);
    assertThat(leftOut.redrives()).isEqualTo(3);
  }
}
