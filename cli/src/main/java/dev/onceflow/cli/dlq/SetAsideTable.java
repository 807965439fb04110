package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.dlq.Cluster.Topic;
import dev.onceflow.cli.dlq.TableRow.From;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What a sink keeps of an input in {@code onceflow.dlq}. What was decided stands in Kafka all the
 * same, in the transaction of the copy: no transaction spans Kafka and a database, so the table's
 * state can only follow. A crash in between leaves a row {@code new} that is decided; every later
 * change passes over it, and sets its state.
 */
final class SetAsideTable implements SetAsideStore {
  private static final int ROWS_AT_ONCE = 50;

  private final Cluster cluster;
  private final DeadLetterRows rows;
  private final Decisions decisions;
  private final DecidedRows decided;
  private final Purpose purpose;

  /** The input's ID when this was opened; empty where it is gone. */
  private final Optional<String> inputId;

  /** What it is opened for. */
  private enum Purpose {
    READ,
    CHANGE
  }

  private SetAsideTable(
      Cluster cluster, DeadLetterRows rows, Decisions decisions, Purpose purpose) {
    this.cluster = cluster;
    this.rows = rows;
    this.decisions = decisions;
    this.decided = new DecidedRows(rows, decisions);
    this.purpose = purpose;
    this.inputId = cluster.topic(rows.topic()).map(Topic::id);
  }

  /** Under this name the rows of all sinks of an input are decided. */
  static String nameFor(String topic) {
    return topic + "-dlq-table";
  }

  /** Stands for a sink in keys of decisions, where no space may be. */
  static String idOf(String sink) {
    return "sink/" + URLEncoder.encode(sink, StandardCharsets.UTF_8);
  }

  /**
   * Reads the decisions.
   *
   * @param rows closed with this
   */
  static SetAsideTable open(Cluster cluster, DeadLetterRows rows) {
    return open(
        cluster, rows, cluster.topic(Decisions.topicOf(nameFor(rows.topic()))), Purpose.READ);
  }

  /**
   * The same for whoever wants to know what a change would do.
   *
   * @throws UserException if the decisions are not kept for good
   */
  static SetAsideTable toPreview(Cluster cluster, DeadLetterRows rows) {
    Optional<Topic> decided = cluster.topic(Decisions.topicOf(nameFor(rows.topic())));
    decided.ifPresent(topic -> KeptDecisions.requireKept(cluster, topic));
    return open(cluster, rows, decided, Purpose.READ);
  }

  /**
   * The same for whoever has made sure that there is a topic of decisions, and has ended the
   * transactions of earlier commands.
   *
   * @throws UserException if some decision may be gone, or can't be seen
   */
  static SetAsideTable toChange(Cluster cluster, DeadLetterRows rows) {
    Topic decided = cluster.awaited(Decisions.topicOf(nameFor(rows.topic())));
    KeptDecisions.requireKept(cluster, decided);
    KeptDecisions.requireVisible(cluster, decided);
    return open(cluster, rows, Optional.of(decided), Purpose.CHANGE);
  }

  private static SetAsideTable open(
      Cluster cluster, DeadLetterRows rows, Optional<Topic> decided, Purpose purpose) {
    Decisions decisions = Decisions.ofTable(nameFor(rows.topic()), idOf(rows.sink()));
    decided.ifPresent(topic -> SetAsideTopic.read(cluster, topic, decisions));
    return new SetAsideTable(cluster, rows, decisions, purpose);
  }

  @Override
  public String name() {
    return "onceflow.dlq, records of %s that sink %s keeps".formatted(rows.topic(), rows.sink());
  }

  @Override
  public String id() {
    return idOf(rows.sink());
  }

  @Override
  public Decisions decisions() {
    return decisions;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Which rows there are is looked up at once, so that what the sink sets aside meanwhile, such
   * as a copy that fails again, is not met.
   */
  @Override
  public OpenSource reader() {
    RecordSource source = source(rows.places().iterator());
    RecordSource settled = purpose == Purpose.CHANGE ? decided.settled(source) : source;
    return new OpenSource() {
      @Override
      public List<ConsumerRecord<byte[], byte[]>> next() {
        return settled.next();
      }

      @Override
      public void close() {
        // Nothing is open between two calls.
      }
    };
  }

  private RecordSource source(Iterator<From> places) {
    return () -> {
      List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
      while (found.size() < ROWS_AT_ONCE && places.hasNext()) {
        rows.find(places.next(), inputId.orElse("")).ifPresent(found::add);
      }
      return found;
    };
  }

  @Override
  public void visit(Filter filter, Predicate<SetAsideRecord> visitor) {
    try (OpenSource reader = reader()) {
      List<ConsumerRecord<byte[], byte[]>> records = reader.next();
      while (!records.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> raw : records) {
          SetAsideRecord record = new SetAsideRecord(raw);
          if (filter.takes(record) && !visitor.test(record)) {
            return;
          }
        }
        records = reader.next();
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      // The visitor may look into the input.
      throw cluster.explained(e);
    }
  }

  @Override
  public void requireSame() {
    if (!cluster.topic(rows.topic()).map(Topic::id).equals(inputId)) {
      throw new UserException(
          """
          Topic %s was made again while this command was at it. What it had committed before went \
          to the earlier one; run it again for what belongs to the one that is there now."""
              .formatted(rows.topic()));
    }
  }

  @Override
  public void committed(List<Outlet.Planned> chunk, List<Outlet.Refused> refused) {
    decided.committed(chunk, refused);
  }

  @Override
  public void deleteDealtWith() {
    // The pass before this has met every row, and set the state of those that are decided.
    rows.deleteDealtWith();
  }

  @Override
  public void close() {
    rows.close();
  }
}
