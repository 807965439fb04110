package dev.onceflow.sink;

import dev.onceflow.sink.batch.Delivery;
import dev.onceflow.sink.batch.DeliveryOptions;
import dev.onceflow.sink.batch.ExactlyOnce;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** The task, with a log that the test makes. */
final class TestingLogTask extends SinkTask {
  private final TestingLog log;
  private final InstantSource clock;
  private Delivery delivery;

  TestingLogTask(TestingLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public void start(Map<String, String> props) {
    DeliveryOptions options = OnceflowSinkConfig.of(props).deliveryOptions();
    delivery = new Delivery(options.withTopicLog(log), new ExactlyOnce(), context, clock);
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    delivery.open(partitions);
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    delivery.close(partitions);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    delivery.put(records);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> current) {
    return delivery.committed(current);
  }

  @Override
  public void stop() {
    delivery.stop();
  }
}
