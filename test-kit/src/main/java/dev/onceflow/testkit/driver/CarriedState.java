package dev.onceflow.testkit.driver;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.ProcessorContextImpl;
import org.apache.kafka.streams.processor.internals.ProcessorStateManager;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.test.TestRecord;

/**
 * What the changelogs of a job hold, and with it the state of its next owner: what no changelog
 * has, the next owner doesn't have either.
 *
 * <p>The test driver opens the stores and initialises the processors in one breath and restores
 * nothing in between. But stores are opened in the order of the topology's nodes, and nodes can be
 * added to a topology that somebody else built. So a node is added last, with a store that keeps
 * nothing: when it is opened, all others are open and no processor is initialised yet, which is
 * when Kafka Streams itself restores. It does so through the restore callbacks that the stores have
 * just registered, of whatever kind they are.
 */
final class CarriedState {
  private static final String NODE = "onceflow-test-kit-restore";

  private final Map<String, List<ConsumerRecord<byte[], byte[]>>> changelogs =
      new LinkedHashMap<>();

  /** Adds what a changelog got. */
  void add(String changelog, List<TestRecord<byte[], byte[]>> changes) {
    List<ConsumerRecord<byte[], byte[]>> log =
        changelogs.computeIfAbsent(changelog, name -> new ArrayList<>());
    for (TestRecord<byte[], byte[]> change : changes) {
      log.add(
          new ConsumerRecord<>(
              changelog,
              0,
              log.size(),
              change.timestamp(),
              TimestampType.CREATE_TIME,
              ConsumerRecord.NULL_SIZE,
              ConsumerRecord.NULL_SIZE,
              change.key(),
              change.value(),
              change.headers(),
              Optional.empty()));
    }
  }

  /** Lets the topology restore this state when it is started. */
  void restoreInto(Topology topology) {
    topology
        .addSource(NODE + "-source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), NODE)
        .addProcessor(NODE, Unused::new, NODE + "-source")
        .addStateStore(new RestorerBuilder(), NODE);
  }

  private void restoreAll(ProcessorStateManager stores) {
    changelogs.forEach(
        (changelog, changes) ->
            Restore.INTO.run(stores, new TopicPartition(changelog, 0), changes));
  }

  /** The two methods by which Kafka Streams restores; they are package private in 4.3. */
  private record Restore(Method metadata, Method restore) {
    static final Restore INTO = found();

    private static Restore found() {
      try {
        Method metadata =
            ProcessorStateManager.class.getDeclaredMethod("storeMetadata", TopicPartition.class);
        Method restore =
            ProcessorStateManager.class.getDeclaredMethod(
                "restore", metadata.getReturnType(), List.class, OptionalLong.class);
        metadata.setAccessible(true);
        restore.setAccessible(true);
        return new Restore(metadata, restore);
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(
            "This version of Kafka Streams restores in another way than 4.3 does", e);
      }
    }

    void run(
        ProcessorStateManager stores,
        TopicPartition changelog,
        List<ConsumerRecord<byte[], byte[]>> changes) {
      try {
        Object store = metadata.invoke(stores, changelog);
        if (store == null) {
          throw new IllegalStateException(
              "No store takes changelog %s: the topology was built otherwise this time"
                  .formatted(changelog.topic()));
        }
        restore.invoke(stores, store, changes, OptionalLong.empty());
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(
            "Changelog %s can't be restored: %s".formatted(changelog.topic(), e.getCause()), e);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("Kafka Streams can't be reached", e);
      }
    }
  }

  /** A store has to belong to a node; nothing is ever sent to this one. */
  private static final class Unused implements Processor<byte[], byte[], Void, Void> {
    @Override
    public void process(Record<byte[], byte[]> record) {
      throw new IllegalStateException("Topic " + NODE + " is not there to be sent to");
    }
  }

  /** Keeps nothing; being opened is all that it does. */
  private final class Restorer implements StateStore {
    private boolean open;

    @Override
    public String name() {
      return NODE;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
      context.register(root, (key, value) -> {});
      restoreAll(((ProcessorContextImpl) context).stateManager());
      open = true;
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public boolean persistent() {
      return false;
    }

    @Override
    public boolean isOpen() {
      return open;
    }
  }

  private final class RestorerBuilder implements StoreBuilder<Restorer> {
    @Override
    public StoreBuilder<Restorer> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<Restorer> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<Restorer> withLoggingEnabled(Map<String, String> config) {
      return this;
    }

    @Override
    public StoreBuilder<Restorer> withLoggingDisabled() {
      return this;
    }

    @Override
    public Restorer build() {
      return new Restorer();
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }

    @Override
    public String name() {
      return NODE;
    }
  }
}
