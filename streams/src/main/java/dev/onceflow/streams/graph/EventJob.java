package dev.onceflow.streams.graph;

import dev.onceflow.streams.dedupe.DedupeConfig;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.dedupe.SeenEvents;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.StateQuery;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.Topology;

/**
 * A job that is an {@link EventGraph}: it has the settings of the memory of event IDs, and says for
 * how long they are remembered, so that preflight can compare that with the input's retention.
 *
 * @param <V> what events say
 */
public abstract class EventJob<V> implements TopologyFactory {
  /** The graph, made anew. */
  protected abstract EventGraph<V> graph();

  /** What decides about events, made anew for each task. */
  protected abstract EventHandler<V> handler();

  @Override
  public Topology build(Map<String, ?> config) {
    return graph().build(config, this::handler);
  }

  @Override
  public List<JobTopic> topics() {
    return graph().topics();
  }

  @Override
  public Map<String, String> repartitioned() {
    return graph().repartitioned();
  }

  @Override
  public Map<String, Object> defaults() {
    return graph().defaults();
  }

  /** What came of an event. */
  @Override
  public List<StateQuery> queries() {
    return List.of(SeenEvents.query(graph().memoryName()));
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef(DedupeConfig.DEF);
  }

  @Override
  public Map<String, Long> horizonsMs(Map<String, ?> config) {
    return Map.of(graph().input(), DedupeConfig.of(config).horizonMs());
  }
}
