package dev.onceflow.streams.runtime;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.apache.kafka.streams.Topology;

/**
 * A job that can be run by name; found by ServiceLoader. The one topology that it builds serves
 * run, test, replay and reset.
 */
public interface TopologyFactory {
  /** The job's name, for people and commands. */
  String name();

  /**
   * Builds the topology. Reads no server.
   *
   * @param config the job's configuration
   * @throws org.apache.kafka.common.config.ConfigException if a setting is missing or wrong
   */
  Topology build(Map<String, ?> config);

  /** The topics that it reads and doesn't make; they must exist. */
  Set<String> inputs();

  /** The topics that it writes and doesn't make; they must exist. */
  Set<String> outputs();

  /** Settings that suit this topology; what the user gives goes before them. */
  default Map<String, Object> defaults() {
    return Map.of();
  }

  /** The job of this name on the class path. */
  static Optional<TopologyFactory> named(String name) {
    return ServiceLoader.load(TopologyFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(factory -> factory.name().equals(name))
        .findFirst();
  }
}
