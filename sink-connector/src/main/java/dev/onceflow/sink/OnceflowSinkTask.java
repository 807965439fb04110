package dev.onceflow.sink;

import dev.onceflow.sink.batch.Delivery;
import dev.onceflow.sink.batch.ExactlyOnce;
import dev.onceflow.sink.batch.Guarantee;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** What Connect drives; {@link Delivery} does the work. */
public class OnceflowSinkTask extends SinkTask {
  private final Guarantee guarantee;
  private final InstantSource clock;
  private Delivery delivery;

  /** For Connect. */
  public OnceflowSinkTask() {
    this(new ExactlyOnce(), InstantSource.system());
  }

  /** For tests only: not public, so nothing outside this package can weaken the guarantee. */
  OnceflowSinkTask(Guarantee guarantee, InstantSource clock) {
    this.guarantee = guarantee;
    this.clock = clock;
  }

  @Override
  public String version() {
    return OnceflowSinkConfig.version();
  }

  @Override
  public void start(Map<String, String> props) {
    delivery =
        new Delivery(OnceflowSinkConfig.of(props).deliveryOptions(), guarantee, context, clock);
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    delivery.open(partitions);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    delivery.put(records);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
    return delivery.committed(currentOffsets);
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    delivery.close(partitions);
  }

  @Override
  public void stop() {
    // Connect stops tasks whose start failed, too.
    if (delivery != null) {
      delivery.stop();
    }
  }
}
