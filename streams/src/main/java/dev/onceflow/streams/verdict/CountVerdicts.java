package dev.onceflow.streams.verdict;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Counts every record's outcome per input partition, in the Kafka transaction of its effects, so
 * that in every committed state {@code read = applied + rejected + duplicate + quarantined + dlq}
 * holds exactly. It is the last node of each record's way: a node that ends a record forwards the
 * record's {@link Outcome} here, once.
 *
 * <p>The store is cached, so its changelog gets one value per partition and commit, not per record;
 * read with {@code read_committed} it is the job's progress, seen from outside.
 */
public final class CountVerdicts implements ProcessorSupplier<Object, Outcome, Void, Void> {
  private final String storeName;

  /**
   * @param storeName the store made by {@link #store}
   */
  public CountVerdicts(String storeName) {
    this.storeName = storeName;
  }

  /**
   * The store of the counts, each as seven big-endian longs in the order of {@link Tally}.
   *
   * @param name the store's name; its changelog is {@code APPLICATION_ID-NAME-changelog}
   */
  public static StoreBuilder<KeyValueStore<Integer, Tally>> store(String name) {
    return store(name, TallySerializer.serde());
  }

  /**
   * The store of the counts: key is the input partition, a big-endian int. A job reads one input
   * topic into one such store.
   *
   * @param name the store's name; its changelog is {@code APPLICATION_ID-NAME-changelog}
   * @param tallies how a tally is written
   */
  public static StoreBuilder<KeyValueStore<Integer, Tally>> store(
      String name, Serde<Tally> tallies) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Integer(), tallies)
        .withCachingEnabled()
        .withLoggingEnabled(Map.of());
  }

  @Override
  public Processor<Object, Outcome, Void, Void> get() {
    return new Counter(storeName);
  }

  private static final class Counter implements Processor<Object, Outcome, Void, Void> {
    private final String storeName;
    private final Map<Integer, Tally> current = new HashMap<>();
    private final Map<Outcome, Sensor> sensors = new EnumMap<>(Outcome.class);
    private ProcessorContext<Void, Void> context;
    private KeyValueStore<Integer, Tally> store;

    Counter(String storeName) {
      this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      this.context = context;
      store = context.getStateStore(storeName);
      // A task that is revived after an aborted transaction is initialised again with this same
      // object: what is kept here was not committed, the restored store was.
      current.clear();
      // They stay when the task goes: a count that goes away would look like one that went down.
      for (Outcome outcome : Outcome.values()) {
        sensors.put(
            outcome,
            context
                .metrics()
                .addRateTotalSensor(
                    "outcomes",
                    context.taskId() + "." + storeName,
                    outcome.name().toLowerCase(Locale.ROOT),
                    Sensor.RecordingLevel.INFO));
      }
    }

    @Override
    public void process(Record<Object, Outcome> record) {
      RecordMetadata at =
          context
              .recordMetadata()
              .orElseThrow(() -> new IllegalStateException("only input records have an outcome"));
      Tally before = current.get(at.partition());
      if (before == null) {
        Tally stored = store.get(at.partition());
        before = stored == null ? Tally.NONE : stored;
      }
      Tally after = before.plus(record.value(), at.offset());
      store.put(at.partition(), after);
      current.put(at.partition(), after);
      sensors.get(record.value()).record();
    }
  }
}
