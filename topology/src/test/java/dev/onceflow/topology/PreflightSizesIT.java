package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.preflight.Finding;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sizes: what comes in, or comes of it, fits in where it goes. */
class PreflightSizesIT {
  private final TestingPreflight preflight = new TestingPreflight();
  private final TestingJob job = preflight.job;
  private final Map<String, Object> settings = preflight.settings;
  private final TestingTopics topics = new TestingTopics();

  @Test
  void aDeadLetterTopicThatCanNotTakeTheLargestInputIsNamed() throws Exception {
    job.deadLetterBytesMax = "33554431";
    topics.create(job.topics());
    assertThat(preflight.violation("set.aside.size"))
        .satisfies(
            finding -> {
              assertThat(finding.set())
                  .isEqualTo(job.prefix + "-dlq takes 33554431 bytes, the producer 33554432");
              assertThat(finding.remedy())
                  .contains("max.message.bytes=33554432", "max.request.size to 33554431");
            });
    settings.put("max.request.size", "33554431");
    assertThat(preflight.statusOf("set.aside.size")).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aProducerThatCanNotSetTheLargestInputAsideIsNamed() throws Exception {
    topics.create(job.topics());
    topics.set(job.input(), "max.message.bytes", "3000000");
    settings.put("max.request.size", "3032767");
    assertThat(preflight.violation("set.aside.size"))
        .satisfies(
            finding -> {
              assertThat(finding.set())
                  .isEqualTo("the producer takes 3032767 bytes, the inputs 3000000");
              assertThat(finding.remedy()).endsWith("to 3032768 or more.");
            });

    settings.put("max.request.size", "3032768");
    assertThat(preflight.statusOf("set.aside.size")).isEqualTo(Finding.Status.HELD);
    settings.put("producer.buffer.memory", "3032767");
    assertThat(preflight.violation("set.aside.size").set())
        .startsWith("the producer takes 3032767 bytes");
  }

  @Test
  void anOutputThatTakesLessThanAnEventMayLeadToIsNamed() throws Exception {
    topics.create(job.topics());
    settings.put("output.bytes.max", "1048589");

    assertThat(preflight.violation("output.size").set())
        .isEqualTo(job.prefix + "-out takes 1048588 bytes, output.bytes.max = 1048589");
  }

  @Test
  void anOutputThatTheProducerWouldRefuseIsNamed() throws Exception {
    topics.create(job.topics());
    settings.put("producer.max.request.size", "999999");
    settings.put("preflight.accept", "state.dir,set.aside.size");

    assertThat(preflight.violation("output.size").set())
        .isEqualTo("the producer takes 999999 bytes, output.bytes.max = 1000000");
  }

  @Test
  void aChangelogThatTakesLessThanAnEventMayLeadToIsNamed() throws Exception {
    topics.create(job.topics());
    settings.put("topic.max.message.bytes", "999999");
    assertThat(preflight.violation("output.size"))
        .satisfies(
            finding -> {
              assertThat(finding.set())
                  .isEqualTo(
                      "internal topics to come would take 999999 bytes, output.bytes.max ="
                          + " 1000000");
              assertThat(finding.remedy()).endsWith("or set topic.max.message.bytes=1000000.");
            });

    preflight.makeChangelog(Map.of("max.message.bytes", "999999"));
    assertThat(preflight.violation("output.size").set())
        .isEqualTo(job.changelog() + " takes 999999 bytes, output.bytes.max = 1000000");
    topics.set(job.changelog(), "max.message.bytes", "1000000");
    assertThat(preflight.statusOf("output.size")).isEqualTo(Finding.Status.HELD);
  }
}
