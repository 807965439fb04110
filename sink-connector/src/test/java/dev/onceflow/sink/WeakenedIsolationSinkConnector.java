package dev.onceflow.sink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.connect.connector.Task;

/**
 * The control: reads what aborted transactions have left, which the connector that ships refuses to
 * do, and has no memory that would hide it. Never ships.
 */
public final class WeakenedIsolationSinkConnector extends OnceflowSinkConnector {
  /** For Connect. */
  public WeakenedIsolationSinkConnector() {}

  @Override
  public Config validate(Map<String, String> connectorConfigs) {
    return super.validate(asIfCommitted(connectorConfigs));
  }

  @Override
  public Class<? extends Task> taskClass() {
    return WeakenedSinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return super.taskConfigs(maxTasks).stream()
        .map(WeakenedIsolationSinkConnector::asIfCommitted)
        .toList();
  }

  /** What the checks are told; Connect makes the consumer from what was really given. */
  private static Map<String, String> asIfCommitted(Map<String, String> config) {
    Map<String, String> told = new HashMap<>(config);
    told.put(OnceflowSinkConfig.ISOLATION_LEVEL, "read_committed");
    return told;
  }
}
