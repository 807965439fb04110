package dev.onceflow.topology;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.StateQuery;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.runtime.StreamsJob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Remembers the last value of each key; as a program it is an instance that can be killed. */
final class RememberingJob implements TopologyFactory {
  /** What an instance that is a program says before its port. */
  static final String PORT = "port=";

  private final String input;
  private final AtomicBoolean corrupt = new AtomicBoolean();

  RememberingJob(String input) {
    this.input = input;
  }

  /**
   * Runs until it is told to end.
   *
   * @param args the input, then settings as {@code key=value}
   */
  public static void main(String[] args) throws Exception {
    RememberingJob remembering = new RememberingJob(args[0]);
    Map<String, Object> settings = new HashMap<>();
    for (String each : List.of(args).subList(1, args.length)) {
      settings.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
    }
    StreamsJob job = new StreamsJob(remembering, JobConfig.of(settings, remembering));
    Runtime.getRuntime().addShutdownHook(new Thread(job::close));
    job.start();
    System.out.println(PORT + job.httpPort().orElseThrow());
    job.await();
  }

  /** The task of the next record has to build its state again. */
  void corruptNext() {
    corrupt.set(true);
  }

  @Override
  public String name() {
    return "remembering";
  }

  @Override
  public Topology build(Map<String, ?> config) {
    Topology topology = new Topology();
    topology.addSource("in", Serdes.String().deserializer(), Serdes.String().deserializer(), input);
    topology.addProcessor("remember", Remember::new, "in");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore("seen"), Serdes.String(), Serdes.String()),
        "remember");
    return topology;
  }

  @Override
  public List<JobTopic> topics() {
    return List.of(
        new JobTopic(
            input, JobTopic.Role.INPUT, Map.of("message.timestamp.type", "LogAppendTime")));
  }

  @Override
  public List<StateQuery> queries() {
    return List.of(
        query("by-key", StateQuery.Routing.BY_KEY),
        query("everywhere", StateQuery.Routing.EVERYWHERE));
  }

  private static StateQuery query(String name, StateQuery.Routing routing) {
    return new StateQuery(name, "seen", routing, key -> key, value -> "\"" + value + "\"");
  }

  private final class Remember extends ContextualProcessor<String, String, Void, Void> {
    @Override
    public void process(Record<String, String> record) {
      if (corrupt.getAndSet(false)) {
        // As Streams itself does after a commit that timed out.
        throw new TaskCorruptedException(Set.of(context().taskId()));
      }
      KeyValueStore<String, String> seen = context().getStateStore("seen");
      seen.put(record.key(), record.value());
    }
  }
}
