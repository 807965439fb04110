package dev.onceflow.streams.job;

import java.util.Map;

/**
 * What the topics are called that a topology writes, and those of them that it reads again.
 *
 * <p>{@code onceflow replay reprocess} runs a job a second time beside the live one, and what it
 * writes must not come into the live topics. So it gives the topology a suffix for their names. A
 * topology that names each of its outputs by {@link #name} can be run so; inputs keep their names,
 * and Streams' internal topics have the name of the application. One that doesn't is refused before
 * anything is started.
 */
public final class OutputTopics {
  /** What their names end with. Set for a second run of a job only; a live one has none. */
  public static final String SUFFIX = "topics.suffix";

  private OutputTopics() {}

  /**
   * What an output is called.
   *
   * @param config the job's configuration, as {@link TopologyFactory#build} gets it
   * @param topic its name in the live job
   */
  public static String name(Map<String, ?> config, String topic) {
    Object suffix = config.get(SUFFIX);
    return suffix == null ? topic : topic + suffix;
  }
}
