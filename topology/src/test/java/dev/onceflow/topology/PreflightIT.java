package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A job as a whole: what holds, what is not there yet, and what can not be. */
class PreflightIT {
  private final TestingPreflight preflight = new TestingPreflight();
  private final TestingJob job = preflight.job;
  private final Map<String, Object> settings = preflight.settings;
  private final TestingTopics topics = new TestingTopics();

  @Test
  void aJobWhoseTopicsItMadeItselfHoldsEveryRule() {
    List<String> created = preflight.makeMissingTopics();

    Report report = preflight.report();

    assertThat(created).hasSize(3);
    assertThat(report.findings()).as("as many as the documents say").hasSize(32);
    assertThat(report.refused()).isEmpty();
    assertThat(report.notVisible())
        .as("nobody has sent anything yet")
        .extracting(Finding::rule)
        .containsExactly("input.placement");
    assertThat(report.acceptedViolations()).extracting(Finding::rule).containsExactly("state.dir");
    assertThat(preflight.makeMissingTopics()).isEmpty();
  }

  @Test
  void topicsThatTheStartMakesAreNotMissing() {
    settings.put("topics.create", "true");

    assertThat(preflight.report().refused()).isEmpty();
    assertThat(preflight.finding("topics.exist").set()).startsWith("made at the start");
    assertThat(preflight.finding("topics.settings").set()).isEqualTo("no topic is there yet");
    assertThat(preflight.report().notVisible())
        .as("how they will be can't be seen yet")
        .extracting(Finding::rule, Finding::set)
        .containsExactlyInAnyOrder(
            tuple("input.timestamps", "not there: " + job.input()),
            tuple("dedupe.horizon", "not there: " + job.input()),
            tuple("output.size", "not there: " + job.output()),
            tuple("set.aside.size", "no input is there"),
            tuple("output.timestamps", "no input is there"),
            tuple("input.placement", job.input() + " is not there"),
            tuple("input.transactions", "no input is there"));
  }

  @Test
  void aStateDirectoryThatCanNotBeWrittenIsNamed() throws Exception {
    topics.create(job.topics());
    Path file = Files.createFile(SharedBroker.newDir().resolve("file"));
    settings.put("state.dir", file.toString());

    assertThat(preflight.finding("state.dir").set()).endsWith("can't be written");
  }

  @Test
  void aRuleThatDoesNotExistCanNotBeAccepted() throws Exception {
    topics.create(job.topics());
    settings.put("preflight.accept", "state.dir,everything");

    assertThatThrownBy(preflight::report)
        .isInstanceOf(JobException.class)
        .hasMessageContaining("preflight.accept names no rule with everything")
        .hasMessageContaining("transaction.version");
  }
}
