package dev.onceflow.streams.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.TestingFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each start is one object; a crash is a start of which nothing more is heard. */
class KeptShapeTest {
  private static final TopologyShape OLD = new TopologyShape(Map.of("in", 0), Map.of("sums", 0));
  private static final TopologyShape NEW =
      new TopologyShape(Map.of("in", 0), Map.of("sums", 0, "counts", 0));
  private static final TopologyShape OTHER =
      new TopologyShape(Map.of("in", 0), Map.of("totals", 0));

  @TempDir private Path dir;

  @Test
  void aCrashBeforeTheFirstCommitLetsTheEarlierTopologyStartAgain() throws Exception {
    committed(OLD);
    // The new one starts, and crashes before it commits anything. On the brokers: the old state.
    start(NEW);

    assertThat(start(OLD).earlier()).containsExactly(OLD);
    assertThat(compatible(OLD).status()).isEqualTo(Finding.Status.HELD);
  }

  @Test
  void aCrashBetweenTheNoteAndTheCommitsAnswerLeavesBothToFit() throws Exception {
    committed(OLD);
    // The new one notes, asks for the commit and crashes. On the brokers: the old state or the new.
    start(NEW).note();

    assertThat(start(OLD).earlier()).containsExactly(OLD, NEW);
    assertThat(compatible(NEW).status()).isEqualTo(Finding.Status.HELD);
    assertThat(compatible(OLD).set())
        .isEqualTo(
            "store counts is gone, with what it remembers (of a start that ended at its first"
                + " commit)");
    assertThat(compatible(OTHER).set()).contains("store sums is gone", "store counts is gone");
  }

  @Test
  void aCommitMakesTheEarlierTopologyHistory() throws Exception {
    committed(OLD);
    committed(NEW);

    assertThat(start(OLD).earlier()).containsExactly(NEW);
    assertThat(compatible(OLD).status()).isEqualTo(Finding.Status.VIOLATED);
  }

  @Test
  void severalCrashesAtTheFirstCommitForgetNoneOfThem() throws Exception {
    committed(OLD);
    start(NEW).note();
    start(OTHER).note();
    start(NEW).note();

    assertThat(start(OLD).earlier()).containsExactly(OLD, NEW, OTHER);
    committed(OLD);
    assertThat(start(OLD).earlier()).containsExactly(OLD);
  }

  @Test
  void theSameTopologyWritesNothingAgain() throws Exception {
    committed(OLD);
    Path file = start(OLD).file();
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));

    committed(OLD);

    assertThat(Files.getLastModifiedTime(file).toMillis()).isZero();
  }

  @Test
  void aFileOfSomebodyElseIsNotTakenForAShapeAndIsReplaced() throws Exception {
    Path file = start(OLD).file();
    Files.createDirectories(file.getParent());
    Files.writeString(file, "what is this\n");

    assertThat(compatible(OLD).status()).isEqualTo(Finding.Status.NOT_VISIBLE);
    committed(OLD);
    assertThat(start(OLD).earlier()).containsExactly(OLD);
  }

  @Test
  void whereNothingCanBeNotedNothingIsCommitted() throws Exception {
    Path file = start(OLD).file();
    Files.createDirectories(file);

    assertThatThrownBy(start(OLD)::note)
        .isInstanceOf(JobException.class)
        .hasMessageContaining(file.toString());
  }

  private void committed(TopologyShape shape) {
    KeptShape kept = start(shape);
    kept.note();
    kept.keep();
  }

  private KeptShape start(TopologyShape shape) {
    return new KeptShape(config(), shape);
  }

  private Finding compatible(TopologyShape shape) {
    return new StateRules(config(), shape, start(shape))
        .check().stream()
            .filter(finding -> finding.rule().equals("topology.compatible"))
            .findFirst()
            .orElseThrow();
  }

  private JobConfig config() {
    return JobConfig.of(
        Map.of(
            "application.id", "job",
            "bootstrap.servers", "127.0.0.1:1",
            "state.dir", dir.toString()),
        new TestingFactory());
  }
}
