package dev.onceflow.testkit.job;

import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A job with its topics, in Kafka's test driver or on a real broker; the same test runs on both.
 *
 * <p>Records arrive when this job's own clock says, which stands still unless it is moved, so that
 * a test decides what is late. What is read is what is committed, in the order of its partition.
 * Used by one thread.
 */
public interface JobUnderTest extends AutoCloseable {
  /** Sends a record as it is; it waits in its topic while the job is down. */
  void send(String topic, Message<byte[], byte[]> record);

  /**
   * All that was committed to a topic since the job's first start, once the job has processed all
   * that was sent. While the job is down: what had been committed by then.
   */
  List<Message<byte[], byte[]>> committed(String topic);

  /**
   * A topic to send to.
   *
   * @param topic its name
   * @param keys writes keys
   * @param values writes values
   */
  default <K, V> Input<K, V> input(String topic, Serializer<K> keys, Serializer<V> values) {
    return new Input<>(this, topic, keys, values);
  }

  /**
   * A topic to read.
   *
   * @param topic its name
   * @param keys reads keys
   * @param values reads values
   */
  default <K, V> Output<K, V> output(String topic, Deserializer<K> keys, Deserializer<V> values) {
    return new Output<>(this, topic, keys, values);
  }

  /** What a quarantine or dead letter topic holds. */
  default List<SetAsideRecord> setAside(String topic) {
    return committed(topic).stream().map(SetAsideRecord::new).toList();
  }

  /** The job's {@code application.id}; the names of its changelogs begin with it. */
  String applicationId();

  /** Avro serdes on the registry that the job uses, which is part of this test. */
  AvroSerdes avro();

  /** When a record arrives that is sent now. */
  Instant now();

  /**
   * Moves the clock of arrivals. In the test driver the wall clock of punctuations moves with it;
   * on a real broker that one can't be moved.
   */
  void advance(Duration time);

  /**
   * Ends the job as SIGKILL does: nothing in it runs any more. On a real broker it is one; where
   * records are waiting it comes as soon as a transaction is open, which is then left behind unless
   * the job commits it at that very moment. The test driver commits after each record, so there the
   * kill falls between two records.
   *
   * @throws IllegalStateException if the job is down
   */
  void kill();

  /**
   * Starts the job again, after ending it in order if it runs: a new instance, with the state that
   * the next owner of its partitions would have.
   */
  void restart();

  /** Ends everything. */
  @Override
  void close();
}
