package dev.onceflow.streams.observe;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Makes Streams' clients as Streams does, counts how their Kafka transactions end, and lets others
 * act before and after each commit. Thread-safe.
 */
public final class CountingClients implements KafkaClientSupplier {
  private final LongAdder committed = new LongAdder();
  private final LongAdder aborted = new LongAdder();
  private final Runnable beforeCommit;
  private final Runnable afterCommit;
  private volatile Admin admin;

  /**
   * Both run in the thread that commits.
   *
   * @param beforeCommit runs before each commit; if it throws, nothing is committed
   * @param afterCommit runs after each commit that was answered
   */
  public CountingClients(Runnable beforeCommit, Runnable afterCommit) {
    this.beforeCommit = beforeCommit;
    this.afterCommit = afterCommit;
  }

  /** Kafka transactions that were committed by this instance. */
  public long committed() {
    return committed.sum();
  }

  /** Kafka transactions that this instance ended by aborting them. */
  public long aborted() {
    return aborted.sum();
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    admin = Admin.create(config);
    return admin;
  }

  /** That which was made for Streams, which closes it; null before. */
  public Admin admin() {
    return admin;
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new CountingProducer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return bytes(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return bytes(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return bytes(config);
  }

  private static Consumer<byte[], byte[]> bytes(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private final class CountingProducer extends KafkaProducer<byte[], byte[]> {
    CountingProducer(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void commitTransaction() {
      beforeCommit.run();
      super.commitTransaction();
      committed.increment();
      afterCommit.run();
    }

    @Override
    public void abortTransaction() {
      super.abortTransaction();
      aborted.increment();
    }
  }
}
