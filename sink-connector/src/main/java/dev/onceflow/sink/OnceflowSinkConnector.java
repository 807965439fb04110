package dev.onceflow.sink;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Carries the effects of Kafka records into PostgreSQL, each once: its fence in the database, not
 * the consumer group, says what was applied.
 */
public class OnceflowSinkConnector extends SinkConnector {
  private Map<String, String> properties = Map.of();

  /** For Connect. */
  public OnceflowSinkConnector() {}

  @Override
  public String version() {
    return OnceflowSinkConfig.version();
  }

  @Override
  public ConfigDef config() {
    return OnceflowSinkConfig.definition();
  }

  @Override
  public Config validate(Map<String, String> connectorConfigs) {
    return new Config(OnceflowSinkConfig.validate(connectorConfigs));
  }

  @Override
  public void start(Map<String, String> props) {
    properties = Map.copyOf(props);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return OnceflowSinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return Collections.nCopies(maxTasks, properties);
  }

  /** The fence holds, whatever the group's offsets are: altering these would do nothing. */
  @Override
  public boolean alterOffsets(
      Map<String, String> connectorConfig, Map<TopicPartition, Long> offsets) {
    throw new UnsupportedOperationException(
        "the fence in the target database says where this sink goes on, not the consumer group's"
            + " offsets; use `onceflow fence`");
  }

  @Override
  public void stop() {}
}
