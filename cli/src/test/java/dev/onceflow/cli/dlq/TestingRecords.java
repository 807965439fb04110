package dev.onceflow.cli.dlq;

import dev.onceflow.streams.route.SetAside;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records as jobs set them aside. */
final class TestingRecords {
  static final String TOPIC = "orders-dlq";
  static final String INPUT = "orders";
  static final long FAILED_MS = 1_700_000_000_000L;

  private TestingRecords() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static ConsumerRecord<byte[], byte[]> raw(
      int partition, long offset, String key, String value, RecordHeaders headers) {
    return new ConsumerRecord<>(
        TOPIC,
        partition,
        offset,
        FAILED_MS - 1_000,
        TimestampType.CREATE_TIME,
        key == null ? -1 : key.length(),
        value == null ? -1 : value.length(),
        key == null ? null : utf8(key),
        value == null ? null : utf8(value),
        headers,
        Optional.empty());
  }

  /** What a job adds. */
  static RecordHeaders setAside(RecordHeaders headers, String code, int partition) {
    Map.of(
            SetAside.REASON,
            code,
            SetAside.DETAIL,
            "as a test says",
            SetAside.TOPIC,
            INPUT,
            SetAside.PARTITION,
            Integer.toString(partition),
            SetAside.OFFSET,
            "7",
            SetAside.APPLICATION,
            "orders-job",
            SetAside.TASK,
            "0_1",
            SetAside.OPERATOR,
            "parse",
            SetAside.ATTEMPT,
            "1",
            SetAside.FIRST_FAILED,
            Long.toString(FAILED_MS))
        .forEach((name, value) -> headers.add(name, utf8(value)));
    return headers;
  }

  /** One of event {@code id}, which came from partition 3. */
  static SetAsideRecord of(long offset, String code, String id, Header... more) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("ce_id", utf8(id));
    headers.add("trace", utf8("t-" + id));
    List.of(more).forEach(headers::add);
    return new SetAsideRecord(
        raw(0, offset, "key-" + id, "value-" + id, setAside(headers, code, 3)));
  }

  /** As Connect does, of the record at an offset of partition 3 of the input. */
  static SetAsideRecord ofConnect(long offset, long inputOffset, String value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(ConnectErrors.TOPIC, utf8(INPUT));
    headers.add(ConnectErrors.PARTITION, utf8("3"));
    headers.add(ConnectErrors.OFFSET, utf8(Long.toString(inputOffset)));
    headers.add(ConnectErrors.CONNECTOR, utf8("orders-sink"));
    return new SetAsideRecord(raw(0, offset, "key", value, headers));
  }

  /** Gives them a few at a time. */
  static RecordSource source(List<ConsumerRecord<byte[], byte[]>> records) {
    Iterator<ConsumerRecord<byte[], byte[]>> rest = records.iterator();
    return () -> {
      List<ConsumerRecord<byte[], byte[]>> next = new ArrayList<>();
      while (next.size() < 3 && rest.hasNext()) {
        next.add(rest.next());
      }
      return next;
    };
  }
}
