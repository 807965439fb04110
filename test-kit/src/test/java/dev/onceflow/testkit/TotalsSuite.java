package dev.onceflow.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.testkit.job.Input;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.job.Output;
import dev.onceflow.testkit.record.Deliveries;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a job has to stand, in the test driver and on a real broker. */
abstract class TotalsSuite {
  @RegisterExtension final JobExtension jobs = JobExtension.of(new TotalsJob());

  @Test
  void eachEventCountsOnceThroughCopiesRestartsAndKills(JobUnderTest job) {
    List<Message<String, String>> events =
        IntStream.range(0, 200)
            .mapToObj(i -> Message.of("k" + i % 3, "1").withId("e" + i))
            .toList();
    List<Message<String, String>> delivered = Deliveries.withCopies(events, 7);

    amounts(job).send(delivered.subList(0, 100));
    job.kill();
    // Log: whatever was committed; the rest waits, part of it read in a transaction that is open.
    amounts(job).send(delivered.subList(100, 200));
    job.restart();
    amounts(job).send(delivered.subList(200, 300));
    job.restart();
    amounts(job).send(delivered.subList(300, delivered.size()));

    assertThat(totals(job).latest()).isEqualTo(Map.of("k0", 67L, "k1", 67L, "k2", 66L));
    assertThat(totals(job).records()).hasSize(200);
  }

  @Test
  void theNextOwnerRemembersWhatItsPredecessorCounted(JobUnderTest job) {
    amounts(job).send(Message.of("k", "5").withId("e1"));
    assertThat(totals(job).values()).containsExactly(5L);

    job.restart();
    amounts(job).send(Message.of("k", "5").withId("e1"));
    amounts(job).send(Message.of("k", "2").withId("e2"));

    assertThat(totals(job).values()).containsExactly(5L, 7L);
  }

  @Test
  void poisonGoesAsideAndItsNeighboursCount(JobUnderTest job) {
    amounts(job).send(Message.of("k", "5").withId("e1"));
    amounts(job).sendPoison(new byte[] {0, 1}, new byte[] {(byte) 0xFF});
    amounts(job).send(Message.of("k", "2").withId("e2"));

    assertThat(totals(job).values()).containsExactly(5L, 7L);
    assertThat(job.setAside("amounts-dlq"))
        .singleElement()
        .satisfies(
            poison -> {
              assertThat(poison.reason()).isEqualTo("not-an-amount");
              assertThat(poison.record().key()).containsExactly(0, 1);
              assertThat(poison.record().value()).containsExactly(0xFF);
            });
  }

  @Test
  void whatWasSetAsideTakesEffectWhenItIsRedriven(JobUnderTest job) {
    amounts(job).send(Message.of("k", "-3").withId("e1"));
    SetAsideRecord waiting = job.setAside("amounts-quarantine").get(0);
    assertThat(waiting.reason()).isEqualTo("below-zero");
    amounts(job).send(Message.of("k", "5").withId("e2"));

    job.restart();
    amounts(job).redrive(waiting);

    assertThat(totals(job).values()).containsExactly(5L, 2L);
  }

  @Test
  void anotherContentUnderAKnownIdIsAltered(JobUnderTest job) {
    Message<String, String> event = Message.of("k", "5").withId("e1");
    amounts(job).send(event);
    amounts(job).send(event.withValue("6"));

    assertThat(totals(job).values()).containsExactly(5L);
    assertThat(job.setAside("amounts-quarantine"))
        .extracting(SetAsideRecord::reason)
        .containsExactly(Dedupe.ALTERED);
  }

  @Test
  void arrivalsAreTheTests(JobUnderTest job) {
    amounts(job).send(Message.of("k", "1").withId("e1"));
    job.advance(Duration.ofDays(30));
    amounts(job).send(Message.of("k", "1").withId("e2"));
    amounts(job).send(Message.of("k", "1").withId("late").arriving(job.now().minusSeconds(60)));
    // Its ID has no time inside, and the horizon of seven days is over: it is new again.
    amounts(job).send(Message.of("k", "1").withId("e1"));

    assertThat(totals(job).values()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(totals(job).records().get(2).arrival()).isEqualTo(job.now().minusSeconds(60));
  }

  static Input<String, String> amounts(JobUnderTest job) {
    return job.input("amounts", new StringSerializer(), new StringSerializer());
  }

  static Output<String, Long> totals(JobUnderTest job) {
    return job.output("totals", new StringDeserializer(), new LongDeserializer());
  }
}
