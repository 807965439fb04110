package dev.onceflow.sink.batch;

import dev.onceflow.sink.failure.Backoff;
import dev.onceflow.sink.failure.Failure;
import dev.onceflow.sink.failure.PoisonRecords;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.fence.OpenPartition.State;
import dev.onceflow.sink.fence.Partitions;
import dev.onceflow.sink.postgres.Database;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.UnfitRecordException;
import dev.onceflow.sink.write.Batch;
import dev.onceflow.sink.write.BatchWriter;
import dev.onceflow.sink.write.Effects;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the effects of delivered records into the database, each once. A batch is one database
 * transaction: rows are staged, fences moved by compare-and-set, effects applied, all committed. A
 * crash anywhere leaves fence and effects in agreement; whoever owns the partition next goes on
 * from the fence.
 *
 * <p>Connect calls from one thread. {@link #stop} closes the connection.
 *
 * <pre>
 * What goes wrong                         What happens
 * --------------------------------------  ------------------------------------------------------
 * database away, deadlock, out of space   RetriableException, never with a seek pending; Connect
 *                                         hands out the same records again
 * answer to COMMIT lost                   the same; the next compare-and-set misses, the fence
 *                                         says where to go on
 * database went back (restore, failover)  the next compare-and-set misses in our own epoch: seek to
 *                                         what the fence says
 * another owner claimed the partition     the batch is applied without it, it is paused; still
 *                                         assigned after fenced.timeout.ms: the task stops
 * fence row gone                          claimed again, from fence.initial
 * a record that can't be stored           found by halving the batch; dead letter queue, or stop
 * </pre>
 */
public final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final DeliveryOptions options;
  private final SinkTaskContext context;
  private final InstantSource clock;
  private final Database database;
  private final Fence fence;
  private final Effects effects;
  private final Backoff backoff;
  private final PoisonRecords poison;
  private final Partitions partitions = new Partitions();
  private final Set<TopicPartition> paused = new HashSet<>();
  private Session session;

  /** Touches neither Kafka nor the database. */
  public Delivery(
      DeliveryOptions options, Guarantee guarantee, SinkTaskContext context, InstantSource clock) {
    this.options = options;
    this.context = context;
    this.clock = clock;
    this.database = new Database(options.connection());
    this.fence = guarantee.fence(options.sink(), options.owner());
    this.effects = guarantee.effects(options.sink());
    this.backoff =
        new Backoff(
            options.retryBackoffMs(), options.retryBackoffMaxMs(), RandomGenerator.getDefault());
    this.poison = new PoisonRecords(Optional.ofNullable(context.errantRecordReporter()));
  }

  /** Notes newly assigned partitions. Any exception here would kill the task: no I/O. */
  public void open(Collection<TopicPartition> assigned) {
    partitions.open(assigned);
  }

  /** Forgets partitions; nothing is buffered, so nothing is written. */
  public void close(Collection<TopicPartition> revoked) {
    partitions.close(revoked);
  }

  /**
   * Claims what is not claimed yet, then applies the records.
   *
   * @throws RetriableException for trouble of the database; the same records come again
   * @throws ConnectException where neither time nor a dead letter queue helps
   */
  public void put(Collection<SinkRecord> records) {
    stopWhereFencedForLong();
    List<OpenPartition> unclaimed = partitions.in(State.UNCLAIMED);
    poison.clear();
    try {
      if (!unclaimed.isEmpty()) {
        claim(unclaimed);
      }
      apply(DeliveredRecords.of(records, partitions));
    } catch (SQLException e) {
      throw classified(e);
    } catch (RuntimeException e) {
      discardSession();
      throw e;
    }
    backoff.reset();
    // Only now, on the way to a normal return: see OpenPartition.State.REPOSITIONING.
    for (OpenPartition partition : partitions.in(State.REPOSITIONING)) {
      context.offset(partition.partition(), partition.nextOffset());
      partition.seekRequested();
    }
  }

  /**
   * What Connect may commit to the consumer group: only what the database has. Never throws.
   *
   * @param current what Connect has delivered; beyond that it would take no offset anyway
   */
  public Map<TopicPartition, OffsetAndMetadata> committed(
      Map<TopicPartition, OffsetAndMetadata> current) {
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    for (OpenPartition partition : partitions.all()) {
      OffsetAndMetadata delivered = current.get(partition.partition());
      if (partition.isReportable()
          && delivered != null
          && delivered.offset() >= partition.nextOffset()) {
        committed.put(partition.partition(), new OffsetAndMetadata(partition.nextOffset()));
      }
    }
    return committed;
  }

  /** Closes the connection. */
  public void stop() {
    discardSession();
  }

  private void stopWhereFencedForLong() {
    for (OpenPartition partition : partitions.in(State.FENCED)) {
      if (clock.millis() - partition.fencedAtMs() > options.fencedTimeoutMs()) {
        throw new ConnectException(
            ("partition %s is assigned to this task, %s (epoch %d), but the fence in the database was"
                    + " claimed by %s %d ms ago: two sinks use sink.name=%s; stop one of them or give it"
                    + " another sink.name, then restart this task")
                .formatted(
                    partition.partition(),
                    options.owner(),
                    partition.epoch(),
                    partition.fencedBy(),
                    clock.millis() - partition.fencedAtMs(),
                    options.sink()));
      }
    }
  }

  private void claim(List<OpenPartition> unclaimed) throws SQLException {
    Connection connection = session().connection();
    Map<OpenPartition, Optional<FenceRow>> rows = new HashMap<>();
    for (OpenPartition partition : unclaimed) {
      try {
        rows.put(partition, fence.claim(connection, partition.partition()));
      } catch (SQLException e) {
        takeOverFrom(e, List.of(partition.partition()));
        throw e;
      }
    }
    connection.commit();
    rows.forEach(
        (partition, row) -> {
          row.ifPresentOrElse(partition::claimed, partition::takenAsDelivered);
          // Fenced out earlier in this task's life and assigned to it again: Connect may still hold
          // the pause, and the partition would stand still for good.
          if (paused.remove(partition.partition())) {
            context.resume(partition.partition());
          }
          LOG.info(
              "claimed partition {}: epoch {}, next offset {}",
              partition.partition(),
              partition.epoch(),
              partition.nextOffset());
        });
  }

  private void apply(DeliveredRecords delivered) throws SQLException {
    DeliveredRecords remaining = delivered;
    int from = 0;
    int rowsMax = options.batchRowsMax();
    while (from < remaining.size()) {
      int to = Math.min(remaining.size(), from + rowsMax);
      try {
        int applied = applyBatch(remaining, from, to);
        if (applied == 0) {
          remaining = remaining.remainingFrom(from);
          from = 0;
        } else {
          from += applied;
          rowsMax = Math.min(options.batchRowsMax(), rowsMax * 2);
        }
      } catch (SQLException e) {
        if (Failure.of(e) != Failure.ISOLATE) {
          throw e;
        }
        session().connection().rollback();
        int tried = to - from;
        if (tried == 1) {
          poison.report(remaining.get(from), rejection(remaining.get(from), e));
        }
        // Halves again and again, until the record that can't be stored is alone.
        rowsMax = Math.max(1, tried / 2);
      }
    }
  }

  private static Exception rejection(SinkRecord record, SQLException e) {
    return new UnfitRecordException(
        "the database refuses the effects of record "
            + Coordinates.text(record)
            + " (SQLSTATE "
            + e.getSQLState()
            + ")");
  }

  /**
   * Applies a batch in one database transaction.
   *
   * @return how many records it held; 0 where a fence was missed and nothing was applied
   */
  private int applyBatch(DeliveredRecords records, int from, int to) throws SQLException {
    Connection connection = session().connection();
    BatchWriter writer = session().writer();
    Batch batch = session().batch();
    batch.clear();
    int next = from;
    for (; next < to && batch.bytes() < options.batchBytesMax(); next++) {
      SinkRecord record = records.get(next);
      if (!poison.contains(record)) {
        appendOrReport(batch, record);
      }
    }
    List<Advance> advances = records.advances(from, next);
    writer.stage(batch);
    List<Advance> missed = advance(connection, advances);
    if (!missed.isEmpty()) {
      connection.rollback();
      resolve(connection, missed);
      return 0;
    }
    writer.applyEffects(batch);
    poison.awaitStored();
    connection.commit();
    for (Advance advance : advances) {
      find(advance).advancedTo(advance.next());
    }
    return next - from;
  }

  private void appendOrReport(Batch batch, SinkRecord record) {
    try {
      batch.append(record);
    } catch (UnfitRecordException e) {
      poison.report(record, e);
    }
  }

  private List<Advance> advance(Connection connection, List<Advance> advances) throws SQLException {
    try {
      return fence.advance(connection, advances);
    } catch (SQLException e) {
      takeOverFrom(e, advances.stream().map(Advance::partition).toList());
      throw e;
    }
  }

  private void resolve(Connection connection, List<Advance> missed) throws SQLException {
    for (Advance advance : missed) {
      OpenPartition partition = find(advance);
      Optional<FenceRow> row = fence.read(connection, advance.partition());
      if (row.isEmpty()) {
        LOG.warn("the fence of partition {} is gone; claiming it anew", advance.partition());
        partition.lost();
      } else if (fence.isMine(row.get(), advance.epoch())) {
        LOG.warn(
            "the fence of partition {} is at {}, expected {}: going on from there",
            advance.partition(),
            row.get().nextOffset(),
            advance.expected());
        partition.repositionTo(row.get().nextOffset());
      } else {
        partition.fenced(row.get(), clock.millis());
        context.pause(advance.partition());
        paused.add(advance.partition());
        LOG.warn(
            "partition {} was claimed by {}; this task, {} (epoch {}), writes it no more",
            advance.partition(),
            partition.fencedBy(),
            options.owner(),
            advance.epoch());
      }
    }
    connection.commit();
  }

  private OpenPartition find(Advance advance) {
    return partitions.find(advance.partition().topic(), advance.partition().partition());
  }

  /** After a wait for a fence that ended at takeover.timeout.ms: ends who holds it. */
  private void takeOverFrom(SQLException failure, List<TopicPartition> blocked) {
    if (!Failure.isLockTimeout(failure)) {
      return;
    }
    try {
      Connection connection = session().connection();
      connection.rollback();
      int ended = 0;
      for (TopicPartition partition : blocked) {
        ended += fence.terminateHolders(connection, partition);
      }
      LOG.warn("waited for the fence of {}; ended {} connections that held it", blocked, ended);
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private Session session() throws SQLException {
    if (session == null) {
      session = Session.open(database, options.tables(), effects);
    }
    return session;
  }

  private void discardSession() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  private RuntimeException classified(SQLException e) {
    discardSession();
    String state = "SQLSTATE " + e.getSQLState() + " from " + options.connection().address();
    if (Failure.of(e) == Failure.RETRY) {
      long waitMs = backoff.nextMs();
      context.timeout(waitMs);
      LOG.warn("the database is in trouble ({}), trying again in {} ms", state, waitMs, e);
      return new RetriableException("the database is in trouble (" + state + ")", e);
    }
    return new ConnectException(
        "the database refused the sink's work and will again: " + state + ": " + e.getMessage(), e);
  }
}
