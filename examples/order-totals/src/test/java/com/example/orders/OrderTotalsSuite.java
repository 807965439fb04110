package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.testkit.JobExtension;
import dev.onceflow.testkit.job.Input;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.job.Output;
import dev.onceflow.testkit.record.Deliveries;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs in Kafka's test driver and on a real broker. */
abstract class OrderTotalsSuite {
  @RegisterExtension final JobExtension jobs = JobExtension.of(new OrderTotals());

  @Test
  void eachOrderCountsOnceThroughCopiesAKillAndARestart(JobUnderTest job) {
    List<Message<String, String>> orders =
        IntStream.range(0, 100)
            .mapToObj(i -> Message.of(i % 4 == 0 ? "alice" : "bob", "order-" + i + ",10"))
            .toList();
    List<Message<String, String>> delivered = Deliveries.withCopies(orders, 1);

    orders(job).send(delivered.subList(0, 60));
    job.kill();
    orders(job).send(delivered.subList(60, delivered.size()));
    job.restart();

    assertThat(totals(job).latest()).isEqualTo(Map.of("alice", "250", "bob", "750"));
    assertThat(totals(job).records()).hasSize(100);
  }

  @Test
  void whatIsNoOrderGoesAsideAndItsNeighboursCount(JobUnderTest job) {
    orders(job).send(Message.of("alice", "order-1,10"));
    orders(job).sendPoison(new byte[] {1}, new byte[] {(byte) 0xFF});
    orders(job).send(Message.of("alice", "order-2,x"));
    orders(job).send(Message.of("alice", null));
    orders(job).send(Message.of("alice", "order-3,30"));

    assertThat(totals(job).latest()).isEqualTo(Map.of("alice", "40"));
    assertThat(job.setAside("orders-dlq"))
        .hasSize(3)
        .extracting(SetAsideRecord::reason)
        .containsOnly("not-an-order");
  }

  static Input<String, String> orders(JobUnderTest job) {
    return job.input("orders", new StringSerializer(), new StringSerializer());
  }

  static Output<String, String> totals(JobUnderTest job) {
    return job.output("order-totals", new StringDeserializer(), new StringDeserializer());
  }
}
