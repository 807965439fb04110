package dev.onceflow.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.testkit.job.Input;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.job.Output;
import dev.onceflow.testkit.record.Message;
import java.time.Instant;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Avro without a registry to start, a repartition topic, and a store of the DSL. */
abstract class AvroSuite {
  @RegisterExtension final JobExtension jobs = JobExtension.of(new AvroJob());

  @Test
  void typedRecordsGoInAndComeOut(JobUnderTest job) {
    Input<String, PaymentEvent> payments =
        job.input("payments", new StringSerializer(), job.avro().serializer());
    Output<String, PaymentEvent> latest =
        job.output("latest", new StringDeserializer(), job.avro().deserializer(PaymentEvent.class));

    payments.send(Message.of("p1", payment("e1", "shop")));
    job.restart();
    payments.send(Message.of("p2", payment("e2", "shop")));

    assertThat(latest.latest()).hasSize(1).containsEntry("shop", payment("e2", "shop"));
  }

  private static PaymentEvent payment(String id, String merchant) {
    Instant occurred = Instant.parse("2026-11-20T10:00:00Z");
    return new PaymentEvent(
        id, "p", "alice", merchant, PaymentKind.SALE, 100L, "GBP", occurred, null);
  }
}
