package dev.onceflow.streams.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.dedupe.DedupeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;

/**
 * docs/job-configuration.md is what the code says. To write it anew: {@code mvn test -pl streams
 * -Dtest=JobConfigurationDocTest -Donceflow.docs.write=true}.
 */
class JobConfigurationDocTest {
  private static final Path PAGE = Path.of("..", "docs", "job-configuration.md");

  @Test
  void pageIsWhatTheCodeSays() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Configuration of a job

            Generated from the code; a test fails when it is stale. The file that `onceflow run --config` and `onceflow doctor --config` read holds these keys, the topology's own, and any of Kafka Streams', its consumers' and its producers'. Required: `application.id`, `bootstrap.servers`, `state.dir`. Precedence, highest first: what exactly-once needs, what the file says, Onceflow's defaults, the topology's defaults, Kafka's defaults.

            """);
    section(page, "The job", JobConfig.DEF);
    section(page, "Dedupe", DedupeConfig.DEF);
    page.append(
        "## What exactly-once needs\n\nNot an option; a file that says otherwise is refused.\n\n");
    settings(page, JobConfig.FORCED);
    page.append("## Onceflow's defaults for Kafka Streams\n\n");
    JobConfig defaults =
        JobConfig.of(
            Map.of("application.id", "a", "bootstrap.servers", "b:1", "state.dir", "/c"),
            new EmptyFactory());
    Map<String, Object> ours = new TreeMap<>(defaults.effective());
    ours.keySet().removeAll(List.of("application.id", "bootstrap.servers", "state.dir"));
    ours.keySet().removeAll(JobConfig.FORCED.keySet());
    settings(page, ours);
    if (Boolean.getBoolean("onceflow.docs.write")) {
      Files.writeString(PAGE, page.toString());
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page.toString());
  }

  private static void section(StringBuilder page, String title, ConfigDef definition) {
    page.append("## ").append(title).append("\n\n");
    page.append("| key | default | importance | meaning |\n| --- | --- | --- | --- |\n");
    definition.configKeys().values().stream()
        .sorted(
            Comparator.comparing((ConfigKey key) -> key.importance).thenComparing(key -> key.name))
        .forEach(
            key ->
                page.append(
                    "| `%s` | `%s` | %s | %s |\n"
                        .formatted(
                            key.name,
                            key.defaultValue,
                            key.importance.toString().toLowerCase(Locale.ROOT),
                            key.documentation.replace("|", "\\|").replace("\n", " "))));
    page.append('\n');
  }

  private static void settings(StringBuilder page, Map<String, Object> settings) {
    page.append("| key | value |\n| --- | --- |\n");
    new TreeMap<>(settings)
        .forEach((key, value) -> page.append("| `%s` | `%s` |\n".formatted(key, value)));
    page.append('\n');
  }

  private static final class EmptyFactory implements TopologyFactory {
    @Override
    public String name() {
      return "empty";
    }

    @Override
    public org.apache.kafka.streams.Topology build(Map<String, ?> config) {
      return new org.apache.kafka.streams.Topology();
    }

    @Override
    public List<JobTopic> topics() {
      return List.of();
    }
  }
}
