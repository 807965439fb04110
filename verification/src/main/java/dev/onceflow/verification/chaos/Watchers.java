package dev.onceflow.verification.chaos;

import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Reader;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.history.LogReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Two readers of the job's topics while faults strike: one of committed records, which must see
 * nothing but what stands in the end, and one of all, which must see what was aborted. Closed by
 * who makes it.
 */
final class Watchers implements AutoCloseable {
  private final List<LogReader> readers;

  private Watchers(List<LogReader> readers) {
    this.readers = readers;
  }

  /**
   * Begins to read; a control has none, since what stands in the end must be enough to catch it.
   */
  static Watchers of(Cluster cluster) {
    if (cluster.mode().isControl()) {
      return new Watchers(List.of());
    }
    List<String> topics = Topics.ALL.stream().map(Topic::name).toList();
    return new Watchers(
        Stream.of(Reader.Isolation.values())
            .map(
                isolation ->
                    new LogReader(
                        cluster.clientConfig(),
                        "reader-" + isolation.name().toLowerCase(Locale.ROOT),
                        isolation,
                        topics))
            .toList());
  }

  /** What they saw to the logs' ends. */
  List<Reader> end() throws InterruptedException {
    List<Reader> seen = new ArrayList<>();
    for (LogReader reader : readers) {
      seen.addAll(reader.end());
    }
    return seen;
  }

  /** Whether they have all come to the logs' ends. */
  boolean areWhole() {
    return readers.stream().allMatch(LogReader::isWhole);
  }

  @Override
  public void close() {
    readers.forEach(LogReader::close);
  }
}
