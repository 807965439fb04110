package dev.onceflow.cli.dlq;

import dev.onceflow.cli.dlq.Outlet.Planned;
import dev.onceflow.cli.dlq.Outlet.Refused;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One pass over a topic of records that were set aside: those that fit and are open are sent again
 * or closed, each once. In the order of each partition of that topic, so records of one key, which
 * lie in one partition, keep their order.
 *
 * <p>A crash at any line leaves whole chunks: a chunk's copies and decisions are written together,
 * and what is decided is passed over by the next run, whatever command it is of. Used by one
 * thread.
 */
final class SetAsideRun {
  private static final long CHUNK_BYTES_MAX = 8L << 20;

  private final Filter filter;
  private final Decisions decisions;
  private final Operator operator;
  private final Function<SetAsideRecord, Action> plan;
  private final Tally tally = new Tally();

  /** What the open chunk sends of those that may be there twice. */
  private final Set<SetAsideRecord.Twins> sending = new HashSet<>();

  /**
   * @param filter which records are meant
   * @param decisions what was decided before; grows with what is decided here
   * @param operator who decides
   * @param plan what becomes of a record
   */
  SetAsideRun(
      Filter filter,
      Decisions decisions,
      Operator operator,
      Function<SetAsideRecord, Action> plan) {
    this.filter = filter;
    this.decisions = decisions;
    this.operator = operator;
    this.plan = plan;
  }

  /**
   * Goes through all that {@code source} gives.
   *
   * @param outlet where copies and decisions go to
   * @param pace how fast
   * @param progress is told after each chunk
   */
  Tally run(RecordSource source, Outlet outlet, Pace pace, Consumer<Tally> progress) {
    List<Planned> chunk = new ArrayList<>();
    long bytes = 0;
    List<ConsumerRecord<byte[], byte[]>> records = source.next();
    while (!records.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> raw : records) {
        SetAsideRecord record = new SetAsideRecord(raw);
        if (record.twins().filter(sending::contains).isPresent()) {
          // Whether Kafka takes the other one's copy decides what becomes of this one.
          commit(chunk, outlet, pace);
          progress.accept(tally);
          bytes = 0;
        }
        Planned planned = planned(record);
        if (planned != null) {
          chunk.add(planned);
          bytes += size(planned);
        }
        if (chunk.size() >= pace.chunk() || bytes >= CHUNK_BYTES_MAX) {
          commit(chunk, outlet, pace);
          progress.accept(tally);
          bytes = 0;
        }
      }
      records = source.next();
    }
    if (!chunk.isEmpty()) {
      commit(chunk, outlet, pace);
      progress.accept(tally);
    }
    return tally;
  }

  private Planned planned(SetAsideRecord record) {
    if (!filter.takes(record)) {
      return null;
    }
    if (decisions.about(record).isPresent()) {
      tally.wasDecided();
      return null;
    }
    Action action = plan.apply(record);
    if (action instanceof Action.Leave leave) {
      tally.left(leave.why(), record);
      return null;
    }
    if (action instanceof Action.Send && decisions.isSent(record)) {
      return planned(record, null, Decision.As.REPEATED);
    }
    if (action instanceof Action.Send send) {
      record.twins().ifPresent(sending::add);
      return planned(record, send.copy(), send.as());
    }
    return planned(record, null, ((Action.Close) action).as());
  }

  private Planned planned(
      SetAsideRecord record, ProducerRecord<byte[], byte[]> copy, Decision.As as) {
    Decided decided = decisions.decided(record, operator.decides(as));
    return new Planned(record, copy, decided, decisions.record(decided));
  }

  private static long size(Planned planned) {
    byte[] value = planned.copy() == null ? null : planned.copy().value();
    return value == null ? 0 : value.length;
  }

  private void commit(List<Planned> chunk, Outlet outlet, Pace pace) {
    pace.await(chunk.size());
    List<Refused> refused = outlet.commit(chunk);
    Set<Planned> out = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Refused each : refused) {
      tally.left("Kafka refuses the copy: " + each.why(), each.planned().record());
      out.add(each.planned());
    }
    for (Planned planned : chunk) {
      if (!out.contains(planned)) {
        decisions.add(planned.decided());
        tally.done(
            planned.decided().decision().as(),
            planned.copy() == null ? null : planned.copy().topic());
      }
    }
    chunk.clear();
    sending.clear();
  }
}
