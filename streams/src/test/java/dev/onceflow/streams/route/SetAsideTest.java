package dev.onceflow.streams.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class SetAsideTest {
  private static final int REQUEST_BYTES_MAX = 100_000;
  private static final Coordinates AT = new Coordinates("in", 3, 17);

  @Test
  void aRecordThatTheProducerTakesGoesWhole() {
    Record<byte[], byte[]> dead = setAside(new byte[10], new byte[80_000], new RecordHeaders());

    assertThat(dead.key()).hasSize(10);
    assertThat(dead.value()).hasSize(80_000);
    assertThat(header(dead, SetAside.LEFT_OUT)).isNull();
  }

  @Test
  void aValueThatTheProducerRefusesIsLeftOut() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("its-own", new byte[10]);

    Record<byte[], byte[]> dead = setAside(new byte[10], new byte[100_000], headers);

    assertThat(dead.key()).hasSize(10);
    assertThat(dead.value()).isNull();
    assertThat(dead.headers().lastHeader("its-own").value()).hasSize(10);
    assertThat(header(dead, SetAside.LEFT_OUT)).isEqualTo("value");
    assertThat(header(dead, SetAside.VALUE_BYTES)).isEqualTo("100000");
    assertThat(header(dead, SetAside.VALUE_SHA256)).hasSize(64);
    assertThat(header(dead, SetAside.KEY_BYTES)).isNull();
  }

  @Test
  void aKeyOrHeadersThatTheProducerRefusesAreLeftOutWithTheValue() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("its-own", new byte[100_000]);
    headers.add(SetAside.ATTEMPT, "2".getBytes(StandardCharsets.UTF_8));

    Record<byte[], byte[]> dead = setAside(new byte[10], null, headers);

    assertThat(dead.key()).isNull();
    assertThat(dead.value()).isNull();
    assertThat(dead.headers().lastHeader("its-own")).isNull();
    assertThat(header(dead, SetAside.LEFT_OUT)).isEqualTo("all");
    assertThat(header(dead, SetAside.KEY_BYTES)).isEqualTo("10");
    assertThat(header(dead, SetAside.VALUE_BYTES)).isNull();
    assertThat(header(dead, SetAside.OFFSET)).isEqualTo("17");
    assertThat(header(dead, SetAside.ATTEMPT)).isEqualTo("3");
  }

  private static Record<byte[], byte[]> setAside(byte[] key, byte[] value, RecordHeaders headers) {
    Properties settings = new Properties();
    settings.put("application.id", "job");
    settings.put("bootstrap.servers", "unused:1");
    settings.put("producer.max.request.size", REQUEST_BYTES_MAX);
    MockProcessorContext<Object, Object> context = new MockProcessorContext<>(settings);
    context.setCurrentSystemTimeMs(7);
    SetAside setAside = new SetAside(context, "test");
    return setAside.record(key, value, 5, headers, AT, new SetAside.Because("bad", "why", null));
  }

  private static String header(Record<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
