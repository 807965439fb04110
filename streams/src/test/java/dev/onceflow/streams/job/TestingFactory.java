package dev.onceflow.streams.job;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.Topology;

/** A job that does nothing. */
public final class TestingFactory implements TopologyFactory {
  @Override
  public String name() {
    return "testing";
  }

  @Override
  public Topology build(Map<String, ?> config) {
    return new Topology();
  }

  @Override
  public List<JobTopic> topics() {
    return List.of();
  }

  @Override
  public Map<String, Object> defaults() {
    return Map.of("max.task.idle.ms", "7", "processing.guarantee", "at_least_once");
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define("testing.number", ConfigDef.Type.INT, 1, ConfigDef.Importance.LOW, "A number.");
  }
}
