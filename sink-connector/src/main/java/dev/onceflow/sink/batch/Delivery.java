package dev.onceflow.sink.batch;

import dev.onceflow.sink.deadletter.DeadLetterTable;
import dev.onceflow.sink.deadletter.Rejections;
import dev.onceflow.sink.failure.Backoff;
import dev.onceflow.sink.failure.Failure;
import dev.onceflow.sink.failure.TroubleException;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.fence.LogState;
import dev.onceflow.sink.fence.LogState.GroupOffset;
import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.fence.OpenPartition.State;
import dev.onceflow.sink.fence.Partitions;
import dev.onceflow.sink.fence.TopicLog;
import dev.onceflow.sink.metrics.SinkMetrics;
import dev.onceflow.sink.postgres.Database;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.Fingerprint;
import dev.onceflow.sink.schema.CatalogueWatch;
import dev.onceflow.sink.write.BatchWriter;
import dev.onceflow.sink.write.Effect;
import dev.onceflow.sink.write.TableSpec;
import dev.onceflow.sink.write.Tombstones;
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
import org.apache.kafka.connect.sink.ErrantRecordReporter;
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
 * <p>Connect calls from one thread. While it converts records and this class makes rows of them,
 * the {@link Pipeline} writes the batch before. So put() returns before its records' effects are
 * committed; {@link #committed} tells Connect only of what the database has. An empty put() returns
 * when everything is committed.
 *
 * <pre>
 * What goes wrong                         What happens
 * --------------------------------------  ------------------------------------------------------
 * database away, deadlock, out of space   RetriableException, never with a seek pending; what was
 *                                         taken stays in memory and is applied first when it is back
 * answer to COMMIT lost                   the same; the next compare-and-set misses, the fence
 *                                         says where to go on
 * database went back (restore, failover)  the next compare-and-set misses in our own epoch: seek to
 *                                         what the fence says; to before our claim: claim again.
 *                                         Where nothing comes, a look every 10 s sees it
 * another owner claimed the partition     the batch is applied without it, it is paused; still
 *                                         assigned after fenced.timeout.ms: the task stops
 * fence row gone                          claimed again, from fence.initial
 * database can't hold the guarantee       the task stops before it writes: see Preflight
 * a record that can't be stored           found by halving the batch; dead letter queue, or stop
 * </pre>
 */
public final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** How long a database that went back may go unnoticed where nothing comes. */
  private static final long LOOK_INTERVAL_MS = 10_000;

  private final DeliveryOptions options;
  private final SinkTaskContext context;
  private final InstantSource clock;
  private final Fence fence;
  private final Claims claims;
  private final RunBounds bounds;
  private final RetentionCheck retention;
  private final Backoff backoff;
  private final SinkMetrics metrics;
  private final DatabaseThread database;
  private final Pipeline pipeline;
  private final Partitions partitions = new Partitions();
  private final Set<TopicPartition> paused = new HashSet<>();
  private long lookedMs;

  /** Touches neither Kafka nor the database. */
  public Delivery(
      DeliveryOptions options, Guarantee guarantee, SinkTaskContext context, InstantSource clock) {
    this.options = options;
    this.context = context;
    this.clock = clock;
    this.fence = guarantee.fence(options.sink(), options.run().name(), options.owner());
    this.claims =
        new Claims(
            options.sink(), fence, options.initialOffset(), options.run(), options.topicLog());
    this.bounds = new RunBounds(options.run(), context, clock, partitions);
    this.retention = new RetentionCheck(options.topicLog(), options.memory().horizon());
    this.backoff =
        new Backoff(
            options.retryBackoffMs(), options.retryBackoffMaxMs(), RandomGenerator.getDefault());
    this.metrics = new SinkMetrics(context, options.owner());
    Database server = new Database(options.connection());
    Optional<DeadLetterTable> deadLetters =
        options.deadLetters().hasTable()
            ? Optional.of(new DeadLetterTable(options.sink()))
            : Optional.empty();
    BatchWriter.Options writing =
        new BatchWriter.Options(
            options.tables(),
            options.shape(),
            guarantee.effects(options.sink(), options.run().name(), options.memory()),
            partitions::incarnation,
            options.evolving());
    this.database =
        new DatabaseThread(
            options.sink(),
            server,
            () ->
                Session.open(
                    server,
                    options.preflight(),
                    writing,
                    deadLetters,
                    new CatalogueWatch(clock, options.catalogueRefreshMs())),
            options.takeoverTimeoutMs());
    this.pipeline =
        new Pipeline(
            options,
            database,
            new BatchTransaction(
                options.run().selection(options.sink()),
                fence,
                options.topicLog(),
                deadLetters,
                tombstones()),
            rejections(),
            this::resolve,
            clock,
            metrics);
  }

  private Optional<TombstoneRetention> tombstones() {
    long retentionMs = options.memory().tombstoneRetentionMs();
    boolean hasSome =
        options.tables().specs().stream()
            .anyMatch(spec -> spec.effect().tombstones() == Effect.Tombstones.DELETE);
    return hasSome && retentionMs >= 0
        ? Optional.of(new TombstoneRetention(new Tombstones(options.sink()), retentionMs, clock))
        : Optional.empty();
  }

  private Rejections rejections() {
    Optional<ErrantRecordReporter> queue =
        options.deadLetters().hasQueue()
            ? Optional.ofNullable(context.errantRecordReporter())
            : Optional.empty();
    return options.deadLetters().hasTable()
        ? Rejections.keptAndReportedTo(queue)
        : Rejections.reportedTo(queue);
  }

  /** Notes newly assigned partitions. Any exception here would kill the task: no I/O. */
  public void open(Collection<TopicPartition> assigned) {
    partitions.open(bounds.opened(assigned));
    for (OpenPartition partition : partitions.in(State.UNCLAIMED)) {
      metrics.open(
          partition.partition(), partition::epoch, partition::nextOffset, partition::takenTo);
    }
  }

  /** Forgets partitions; what of them is in memory and not yet being written has no effects. */
  public void close(Collection<TopicPartition> revoked) {
    partitions.close(revoked);
    bounds.closed(revoked);
    revoked.forEach(metrics::close);
    pipeline.dropClosed();
  }

  /**
   * Claims what is not claimed yet, then takes the records.
   *
   * @throws RetriableException for trouble of the database; records that were not taken come again
   * @throws ConnectException where neither time nor a dead letter queue helps
   */
  public void put(Collection<SinkRecord> records) {
    stopWhereFencedForLong();
    try {
      if (records.isEmpty()) {
        pipeline.finish();
      } else {
        pipeline.proceed();
      }
      lookAtThoseAtRest();
      claim(partitions.in(State.UNCLAIMED));
      for (SinkRecord record : records) {
        take(record);
      }
      pipeline.proceed();
      skipToEnds();
      bounds.hold(database);
    } catch (SQLException e) {
      pipeline.keepForLater();
      throw classified(e);
    } catch (TroubleException e) {
      pipeline.keepForLater();
      throw later(e.getMessage(), e);
    }
    backoff.reset();
    // Else the next poll could wait until the next commit of offsets, a minute.
    if (!pipeline.isIdle()) {
      context.timeout(options.batchLingerMs());
    } else if (records.isEmpty() && fence.isKept() && options.run().isLive()) {
      context.timeout(LOOK_INTERVAL_MS);
    }
    // Only now, on the way to a normal return: see OpenPartition.State.REPOSITIONING.
    for (OpenPartition partition : partitions.in(State.REPOSITIONING)) {
      context.offset(partition.partition(), partition.seekOffset());
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
    pipeline.settle();
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    for (OpenPartition partition : partitions.all()) {
      OffsetAndMetadata delivered = current.get(partition.partition());
      if (partition.isReportable()
          && delivered != null
          && delivered.offset() >= partition.nextOffset()) {
        committed.put(
            partition.partition(), new OffsetAndMetadata(partition.nextOffset(), GroupOffset.OURS));
      }
    }
    return committed;
  }

  /** Closes the connection. */
  public void stop() {
    database.close();
    options.topicLog().ifPresent(TopicLog::close);
    metrics.close();
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

  /**
   * Where nothing comes no compare-and-set misses, and what a restore has taken away would be
   * missing until the next record of that partition.
   */
  private void lookAtThoseAtRest() throws SQLException {
    if (!fence.isKept() || clock.millis() - lookedMs < LOOK_INTERVAL_MS) {
      return;
    }
    lookedMs = clock.millis();
    List<OpenPartition> resting =
        partitions.all().stream().filter(OpenPartition::isAtRest).toList();
    if (resting.isEmpty()) {
      return;
    }
    Map<OpenPartition, Optional<FenceRow>> rows =
        database.await(database.submit(session -> claims.read(session.connection(), resting)));
    rows.forEach(
        (partition, row) -> {
          boolean isThere =
              row.filter(found -> fence.isMine(found, partition.epoch()))
                  .filter(found -> found.nextOffset() == partition.nextOffset())
                  .isPresent();
          if (!isThere) {
            resolve(partition, row);
          }
        });
  }

  private void claim(List<OpenPartition> unclaimed) throws SQLException {
    if (unclaimed.isEmpty()) {
      return;
    }
    Map<TopicPartition, LogState> logs = claims.logs(unclaimed);
    retention.look(rememberedTopics(unclaimed));
    Map<OpenPartition, FenceRow> rows =
        database.await(
            database.submit(session -> claims.claim(session.connection(), unclaimed, logs)));
    for (OpenPartition partition : unclaimed) {
      FenceRow row = rows.get(partition);
      if (row == null) {
        partition.takenAsDelivered();
      } else {
        partition.claimed(row);
      }
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
    }
  }

  private List<String> rememberedTopics(List<OpenPartition> opened) {
    List<TableSpec> remembering =
        options.tables().specs().stream()
            .filter(spec -> spec.effect().rememberedId().isPresent())
            .toList();
    return opened.stream()
        .map(partition -> partition.partition().topic())
        .filter(topic -> remembering.stream().anyMatch(spec -> spec.topics().takes(topic)))
        .toList();
  }

  private void take(SinkRecord record) throws SQLException {
    OpenPartition partition =
        partitions.find(Coordinates.topic(record), Coordinates.partition(record));
    // Connect delivers records of revoked partitions again when a transform renames topics.
    if (partition == null) {
      return;
    }
    if (partition.state() == State.VERIFYING) {
      verify(partition, record);
    }
    if (partition.state() == State.ACTIVE
        && Coordinates.offset(record) >= partition.takenTo()
        && bounds.takes(partition.partition(), Coordinates.offset(record))) {
      pipeline.take(record, partition);
    }
  }

  /** The first record after a seek to the last one that was applied: is it that one still? */
  private void verify(OpenPartition partition, SinkRecord record) {
    Fingerprint expected = partition.last().orElseThrow();
    long offset = Coordinates.offset(record);
    // A later one: the record itself was compacted away.
    if (offset < expected.offset()
        || (offset == expected.offset() && !expected.matches(Fingerprint.of(record)))) {
      throw new LogChangedException(
          options.run().selection(options.sink()),
          List.of(
              new LogChangedException.Refusal(
                  partition.partition(),
                  "the record at %s was applied last, but the log now holds one at %s: the topic was deleted and made again, or cut off (or the converter of keys was changed)"
                      .formatted(expected, Fingerprint.of(record)))));
    }
    partition.verified();
  }

  /** A fence that stood still before the end of its replay would keep it from being over. */
  private void skipToEnds() throws SQLException {
    List<OpenPartition> read = bounds.readToEnd();
    refuseExpired(read);
    for (OpenPartition partition : read) {
      Advance end = bounds.toEnd(partition);
      Map<Advance, Optional<FenceRow>> missed =
          database.await(database.submit(session -> skip(session.connection(), end)));
      if (missed.isEmpty()) {
        partition.advancedTo(end.next());
        partition.taken(end.last().offset());
      } else {
        resolve(missed);
      }
    }
  }

  /** No batch holds the records behind these ends, and so none looks at the gaps before them. */
  private void refuseExpired(List<OpenPartition> read) {
    if (read.isEmpty() || !fence.isKept() || options.topicLog().isEmpty()) {
      return;
    }
    TopicLog log = options.topicLog().get();
    Map<TopicPartition, Long> next = new HashMap<>();
    read.forEach(partition -> next.put(partition.partition(), partition.nextOffset()));
    LogChangedException.refuseExpired(
        options.run().selection(options.sink()), next, log.await(log.startOffsets(next.keySet())));
  }

  private Map<Advance, Optional<FenceRow>> skip(Connection connection, Advance end)
      throws SQLException {
    Map<Advance, Optional<FenceRow>> missed =
        fence.skip(connection, end)
            ? Map.of()
            : Map.of(end, fence.read(connection, end.partition()));
    connection.commit();
    return missed;
  }

  /** Says of each fence that was missed which of the reasons it was. */
  private void resolve(Map<Advance, Optional<FenceRow>> missed) {
    missed.forEach(
        (advance, row) -> {
          OpenPartition partition =
              partitions.find(advance.partition().topic(), advance.partition().partition());
          if (partition != null && partition.state() == State.ACTIVE) {
            resolve(partition, row);
          }
        });
  }

  private void resolve(OpenPartition partition, Optional<FenceRow> row) {
    if (row.isEmpty()) {
      LOG.warn("the fence of partition {} is gone; claiming it anew", partition.partition());
      partition.lost();
    } else if (fence.isMine(row.get(), partition.epoch())) {
      LOG.warn(
          "the fence of partition {} is at {}, expected {}: going on from there",
          partition.partition(),
          row.get().nextOffset(),
          partition.nextOffset());
      partition.repositionTo(row.get());
    } else if (partition.isFromBeforeOurClaim(row.get())) {
      LOG.warn(
          "the database went back to before partition {} was claimed; claiming it again",
          partition.partition());
      partition.lost();
    } else {
      partition.fenced(row.get(), clock.millis());
      context.pause(partition.partition());
      paused.add(partition.partition());
      LOG.warn(
          "partition {} was claimed by {}; this task, {} (epoch {}), writes it no more",
          partition.partition(),
          partition.fencedBy(),
          options.owner(),
          partition.epoch());
    }
  }

  private RuntimeException classified(SQLException e) {
    String state = "SQLSTATE " + e.getSQLState() + " from " + options.connection().address();
    if (Failure.of(e) == Failure.RETRY) {
      metrics.retried(String.valueOf(e.getSQLState()));
      return later("the database is in trouble (" + state + ")", e);
    }
    return new ConnectException(
        "the database refused the sink's work and will again: " + state + ": " + e.getMessage(), e);
  }

  private RetriableException later(String what, Exception cause) {
    long waitMs = backoff.nextMs();
    context.timeout(waitMs);
    LOG.warn("{}; trying again in {} ms", what, waitMs, cause);
    return new RetriableException(what, cause);
  }
}
