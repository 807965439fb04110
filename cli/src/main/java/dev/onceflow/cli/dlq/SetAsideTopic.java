package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.dlq.Cluster.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A dead letter or quarantine topic with what was decided about its records, as it is when it is
 * opened. Used by one thread; {@link Cluster} outlives it.
 */
final class SetAsideTopic implements SetAsideStore {
  private final Cluster cluster;
  private final Topic topic;
  private final Decisions decisions;

  private SetAsideTopic(Cluster cluster, Topic topic, Decisions decisions) {
    this.cluster = cluster;
    this.topic = topic;
    this.decisions = decisions;
  }

  /**
   * Reads the decisions.
   *
   * @throws UserException if there is no such topic, or Kafka can't be asked
   */
  static SetAsideTopic open(Cluster cluster, String name) {
    return open(cluster, name, cluster.topic(Decisions.topicOf(name)));
  }

  /**
   * The same for whoever wants to know what a change would do.
   *
   * @throws UserException also if the decisions are not kept for good
   */
  static SetAsideTopic toPreview(Cluster cluster, String name) {
    Optional<Topic> decided = cluster.topic(Decisions.topicOf(name));
    decided.ifPresent(topic -> KeptDecisions.requireKept(cluster, topic));
    return open(cluster, name, decided);
  }

  /**
   * The same for whoever has made sure that there is a topic of decisions, and has ended the
   * transactions of earlier commands. A broker that hasn't heard of it yet is asked again: taken
   * for its absence, that would open every record once more.
   *
   * @throws UserException also if some decision may be gone, or can't be seen
   */
  static SetAsideTopic toChange(Cluster cluster, String name) {
    Topic decided = cluster.awaited(Decisions.topicOf(name));
    KeptDecisions.requireKept(cluster, decided);
    KeptDecisions.requireVisible(cluster, decided);
    return open(cluster, name, Optional.of(decided));
  }

  private static SetAsideTopic open(Cluster cluster, String name, Optional<Topic> decided) {
    Topic topic = cluster.existing(name);
    Decisions decisions = new Decisions(name, topic.id());
    decided.ifPresent(there -> read(cluster, there, decisions));
    return new SetAsideTopic(cluster, topic, decisions);
  }

  /** Takes in all that stands in a topic of decisions. */
  static void read(Cluster cluster, Topic decided, Decisions decisions) {
    try (TopicReader reader = reader(cluster, decided)) {
      decisions.read(reader);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw cluster.explained(e);
    }
  }

  /** All that was decided about the topic's records, those too that it holds no more. */
  static void forEachDecision(Cluster cluster, String name, Consumer<Decided> action) {
    forEachDecision(cluster, name, cluster.existing(name).id(), action);
  }

  /** The same of the records of one incarnation of whatever is decided under a name. */
  static void forEachDecision(Cluster cluster, String name, String id, Consumer<Decided> action) {
    Optional<Topic> decisions = cluster.topic(Decisions.topicOf(name));
    if (decisions.isEmpty()) {
      return;
    }
    try (TopicReader reader = reader(cluster, decisions.get())) {
      var records = reader.next();
      while (!records.isEmpty()) {
        records.stream()
            .flatMap(record -> Decided.read(record).stream())
            .filter(decided -> decided.topicId().equals(id))
            .forEach(action);
        records = reader.next();
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw cluster.explained(e);
    }
  }

  private static TopicReader reader(Cluster cluster, Topic topic) {
    return new TopicReader(cluster.consumer(), cluster.bounds(topic));
  }

  @Override
  public String name() {
    return topic.name();
  }

  @Override
  public String id() {
    return topic.id();
  }

  @Override
  public Decisions decisions() {
    return decisions;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Decisions would be written about records that are gone, and those that are there be sent
   * again. What was read before this is of this one.
   */
  @Override
  public void requireSame() {
    if (!cluster.existing(topic.name()).id().equals(topic.id())) {
      throw new UserException(
          """
          Topic %s was made again while this command was at it. What it had committed before was \
          of the earlier one; run it again for the records that are there now."""
              .formatted(topic.name()));
    }
  }

  @Override
  public TopicReader reader() {
    return reader(cluster, topic);
  }

  /** The first record of each partition that is open; where none is, the end. As it was opened. */
  private Map<TopicPartition, Long> firstOpen() {
    Map<TopicPartition, Long> first = new HashMap<>();
    Map<TopicPartition, Long> ends = new HashMap<>();
    cluster.bounds(topic).forEach((partition, bounds) -> ends.put(partition, bounds.end()));
    try (TopicReader reader = reader()) {
      var records = reader.next();
      while (!records.isEmpty()) {
        records.stream()
            .map(SetAsideRecord::new)
            .filter(record -> decisions.about(record).isEmpty())
            .forEach(
                record ->
                    first.putIfAbsent(
                        new TopicPartition(topic.name(), record.partition()), record.offset()));
        records = reader.next();
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw cluster.explained(e);
    }
    ends.forEach(first::putIfAbsent);
    requireSame();
    return first;
  }

  @Override
  public void visit(Filter filter, Predicate<SetAsideRecord> visitor) {
    try (TopicReader reader = reader()) {
      var records = reader.next();
      while (!records.isEmpty()) {
        List<SetAsideRecord> fitting =
            records.stream().map(SetAsideRecord::new).filter(filter::takes).toList();
        for (SetAsideRecord record : fitting) {
          if (!visitor.test(record)) {
            return;
          }
        }
        records = reader.next();
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw cluster.explained(e);
    }
  }

  @Override
  public void committed(List<Outlet.Planned> chunk, List<Outlet.Refused> refused) {
    // What was decided stands in Kafka, and nowhere else.
  }

  /**
   * {@inheritDoc}
   *
   * <p>Kafka deletes only from the beginning of a partition: up to the first open record.
   */
  @Override
  public void deleteDealtWith() {
    cluster.deleteBefore(firstOpen());
  }

  @Override
  public void close() {
    // Readers are closed by those who opened them.
  }
}
