package dev.onceflow.testkit;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.PerThread;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/** The latest payment of each merchant, in Avro, through a repartition topic, by the DSL. */
public final class AvroJob implements TopologyFactory {
  @Override
  public String name() {
    return "latest-payments";
  }

  @Override
  public List<JobTopic> topics() {
    return List.of(
        new JobTopic("payments", JobTopic.Role.INPUT, Map.of()),
        new JobTopic("latest", JobTopic.Role.OUTPUT, Map.of()));
  }

  @Override
  public Topology build(Map<String, ?> config) {
    AvroSerdes avro = new AvroSerdes(config);
    Serde<PaymentEvent> payments = PerThread.serde(() -> avro.values(PaymentEvent.class));
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("payments", Consumed.with(Serdes.String(), payments).withName("payments-source"))
        .groupBy(
            (key, payment) -> payment.getMerchantId(),
            Grouped.with("by-merchant", Serdes.String(), payments))
        .reduce(
            (earlier, later) -> later,
            Named.as("keep-latest"),
            Materialized.<String, PaymentEvent, KeyValueStore<Bytes, byte[]>>as("latest-store")
                .withKeySerde(Serdes.String())
                .withValueSerde(payments))
        .toStream(Named.as("changed"))
        .to("latest", Produced.with(Serdes.String(), payments).withName("latest-sink"));
    return builder.build();
  }
}
