package dev.onceflow.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.testkit.job.Input;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.record.Message;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A repartition in the test driver: its topic is one more that a restart goes on with. */
class RepartitionTest {
  @RegisterExtension final JobExtension jobs = JobExtension.of(new RepartitionedEffectsJob());

  @Test
  void aCopyUnderAnotherKeyTakesNoEffectAfterARestart(JobUnderTest job) {
    Input<String, String> sent =
        job.input(EffectsJob.INPUT, new StringSerializer(), new StringSerializer());
    sent.send(Message.of("k1", "v").withId("e1"));

    job.restart();
    sent.send(Message.of("k2", "v").withId("e1"));
    sent.send(Message.of("k2", "v").withId("e2"));
    sent.send(Message.of("k3", "other").withId("e2"));

    assertThat(job.committed(EffectsJob.OUTPUT)).hasSize(2);
    assertThat(job.setAside("sent-quarantine"))
        .extracting(record -> record.at().toString())
        .containsExactly("sent-0-3");
  }
}
