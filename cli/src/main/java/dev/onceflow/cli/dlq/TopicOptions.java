package dev.onceflow.cli.dlq;

import dev.onceflow.cli.connection.DatabaseOptions;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which topic, or which rows of a sink's table. */
final class TopicOptions {
  @Parameters(
      index = "0",
      paramLabel = "TOPIC",
      description =
          "The dead letter or quarantine topic, such as payments-dlq; with --sink the input that "
              + "the sink reads.")
  private String topic;

  @Option(
      names = "--sink",
      paramLabel = "NAME",
      description =
          "The records of TOPIC that this sink (its sink.name) keeps in table onceflow.dlq of its "
              + "database (dlq.table=true); wants --database.")
  private Optional<String> sink = Optional.empty();

  String topic() {
    return topic;
  }

  /** Empty where the records are in a topic. */
  Optional<String> sink() {
    return sink;
  }

  /** Under which decisions are written. */
  String decidedAs() {
    return sink.isPresent() ? SetAsideTable.nameFor(topic) : topic;
  }

  SetAsideStore open(Cluster cluster, DatabaseOptions database) {
    return sink.isPresent()
        ? table(database, rows -> SetAsideTable.open(cluster, rows))
        : SetAsideTopic.open(cluster, topic);
  }

  SetAsideStore toPreview(Cluster cluster, DatabaseOptions database) {
    return sink.isPresent()
        ? table(database, rows -> SetAsideTable.toPreview(cluster, rows))
        : SetAsideTopic.toPreview(cluster, topic);
  }

  SetAsideStore toChange(Cluster cluster, DatabaseOptions database) {
    return sink.isPresent()
        ? table(database, rows -> SetAsideTable.toChange(cluster, rows))
        : SetAsideTopic.toChange(cluster, topic);
  }

  private SetAsideTable table(
      DatabaseOptions database, Function<DeadLetterRows, SetAsideTable> opening) {
    DeadLetterRows rows =
        DeadLetterRows.open(
            database.connect(DeadLetterRows.APPLICATION), sink.orElseThrow(), topic);
    try {
      return opening.apply(rows);
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  /** All that was decided, also about records that are gone; asks no database. */
  void forEachDecision(Cluster cluster, Consumer<Decided> action) {
    if (sink.isPresent()) {
      SetAsideTopic.forEachDecision(cluster, decidedAs(), SetAsideTable.idOf(sink.get()), action);
    } else {
      SetAsideTopic.forEachDecision(cluster, topic, action);
    }
  }
}
