package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.route.Carried;
import dev.onceflow.streams.route.Event;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends events whole to a repartition topic, under the 16 bytes that {@link Dedupe} remembers their
 * ID by: so all copies of an event meet in one partition, whatever key they came under. Behind the
 * topic stands {@link dev.onceflow.streams.route.Parse#carried}.
 *
 * <p>An event is committed to the repartition topic in the Kafka transaction of its input offset,
 * and read from there once that is committed: a crash on either side of it neither loses nor
 * doubles it.
 *
 * @param <V> what events say
 */
public final class RepartitionByEventId<V>
    implements ProcessorSupplier<Object, Event<V>, byte[], byte[]> {
  /**
   * Where an event lies in the repartition topic. Fixed here, since {@code partitioner.class} and
   * {@code partitioner.ignore.keys} of the job's producer would else send copies to two partitions.
   */
  public static StreamPartitioner<byte[], byte[]> partitioner() {
    return (topic, key, value, partitions) ->
        Optional.of(Set.of(BuiltInPartitioner.partitionForKey(key, partitions)));
  }

  @Override
  public Processor<Object, Event<V>, byte[], byte[]> get() {
    return new Sender<>();
  }

  private static final class Sender<V> implements Processor<Object, Event<V>, byte[], byte[]> {
    private final MessageDigest sha256 = Memory.sha256();
    private ProcessorContext<byte[], byte[]> context;

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
    }

    @Override
    public void process(Record<Object, Event<V>> record) {
      Event<V> event = record.value();
      context.forward(Carried.under(EventKey.of(event.id(), sha256).bytes().get(), event));
    }
  }
}
