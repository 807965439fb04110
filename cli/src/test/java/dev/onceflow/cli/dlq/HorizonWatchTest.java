package dev.onceflow.cli.dlq;

import static dev.onceflow.cli.dlq.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.dlq.Outlet.Planned;
import dev.onceflow.cli.dlq.Outlet.Refused;
import dev.onceflow.cli.dlq.Tally.Mode;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.dedupe.DedupeConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class HorizonWatchTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration LENGTH = Duration.ofDays(15);
  private static final Instant BEFORE = NOW.minus(LENGTH).minusSeconds(1);
  private static final Instant WITHIN = NOW.minus(LENGTH).plusSeconds(1);

  private static Horizon horizon(long lengthMs) {
    return new Horizon(lengthMs, NOW.toEpochMilli());
  }

  private static Planned sent(String id) {
    ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>("orders", utf8("v"));
    copy.headers().add("ce_id", utf8(id));
    return planned(copy);
  }

  private static Planned released(String id, String word) {
    Planned planned = sent(id);
    planned.copy().headers().add(Dedupe.RELEASE, utf8(word));
    return planned;
  }

  private static Planned planned(ProducerRecord<byte[], byte[]> copy) {
    return new Planned(TestingRecords.of(5, "unreadable", "e1"), copy, null, null);
  }

  private static String id(Instant time) {
    return EventIds.ofContent(time.toEpochMilli(), "a").toString();
  }

  private static String ms(Instant time) {
    return Long.toString(time.toEpochMilli());
  }

  private static long behind(long horizonMs, Planned... chunk) {
    HorizonWatch watch = new HorizonWatch(horizon(horizonMs), all -> List.of());
    watch.commit(List.of(chunk));
    return watch.behind();
  }

  @Test
  void whatMemoryMayHaveForgottenIsCounted() {
    long days = LENGTH.toMillis();

    assertThat(behind(days, sent(id(BEFORE)), sent(id(WITHIN)), sent("no time inside")))
        .isEqualTo(1);
    assertThat(behind(DedupeConfig.FOREVER, sent(id(BEFORE)))).isZero();
    assertThat(behind(days, planned(null))).isZero();
    assertThat(behind(days, planned(new ProducerRecord<>("orders", utf8("v"))))).isZero();
  }

  @Test
  void theWordThatItWasNotSeenCountsForOneHorizon() {
    long days = LENGTH.toMillis();

    assertThat(behind(days, released(id(BEFORE), ms(WITHIN)))).isZero();
    assertThat(behind(days, released(id(BEFORE), ms(BEFORE)))).isEqualTo(1);
    assertThat(behind(days, released(id(BEFORE), "yes"))).isEqualTo(1);
  }

  @Test
  void whatKafkaRefusesIsNotSent() {
    Planned refused = sent(id(BEFORE));
    HorizonWatch watch =
        new HorizonWatch(
            horizon(LENGTH.toMillis()), all -> List.of(new Refused(refused, "too large")));

    watch.commit(List.of(refused, sent(id(BEFORE))));

    assertThat(watch.behind()).isEqualTo(1);
  }

  @Test
  void theReportSaysIt() {
    Tally tally = new Tally();
    tally.done(Decision.As.REDRIVEN, "orders");
    tally.behindHorizon(1);

    assertThat(tally.text(Mode.DRY_RUN))
        .contains("1 would be redriven", "1 of them", "before the horizon", "unprovable");
    assertThat(tally.json(Mode.CHANGE).get("behind_horizon").longValue()).isEqualTo(1);
    assertThat(tally.isWhole()).isTrue();
  }
}
