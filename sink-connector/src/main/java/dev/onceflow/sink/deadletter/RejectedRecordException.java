package dev.onceflow.sink.deadletter;

import dev.onceflow.sink.postgres.Refusal;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.UnfitRecordException;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record that can't be stored, as Connect's dead letter queue is told of it. A task can't set
 * headers there, but with {@code errors.deadletterqueue.context.headers.enable} Connect writes the
 * exception's message into {@code __connect.errors.exception.message}. So the message ends with
 * {@value #MARK} and a JSON object of strings and numbers: reason, topic, partition and offset, and
 * where they are known sqlstate, table, column and constraint. It never holds values of records.
 */
public final class RejectedRecordException extends RuntimeException {
  /** What stands before the JSON object, the last time that it occurs. */
  public static final String MARK = " onceflow:";

  private static final long serialVersionUID = 1L;

  private final transient RejectionCause cause;
  private final String sentence;

  private RejectedRecordException(SinkRecord record, RejectionCause cause, String sentence) {
    // No stack: it is made once for each such record, always in the same place.
    super(sentence + MARK + json(record, cause), null, false, false);
    this.cause = cause;
    this.sentence = sentence;
  }

  /** No row could be made of it, or nobody can say whether it was applied before. */
  public static RejectedRecordException unfit(SinkRecord record, UnfitRecordException unfit) {
    return new RejectedRecordException(record, RejectionCause.of(unfit), unfit.getMessage());
  }

  /** The database refuses its effects. */
  public static RejectedRecordException refused(SinkRecord record, SQLException failure) {
    Refusal refusal = Refusal.of(failure);
    StringBuilder sentence =
        new StringBuilder("the database refuses the effects of record ")
            .append(Coordinates.text(record))
            .append(" (SQLSTATE ")
            .append(refusal.sqlState());
    refusal.table().ifPresent(table -> sentence.append(", table ").append(table));
    refusal.column().ifPresent(column -> sentence.append(", column ").append(column));
    refusal.constraint().ifPresent(name -> sentence.append(", constraint ").append(name));
    return new RejectedRecordException(
        record, RejectionCause.of(refusal), sentence.append(')').toString());
  }

  private static String json(SinkRecord record, RejectionCause cause) {
    Map<String, Object> parts = cause.parts();
    parts.put("topic", Coordinates.topic(record));
    parts.put("partition", Coordinates.partition(record));
    parts.put("offset", Coordinates.offset(record));
    return LenientJson.of(parts);
  }

  /** Why, in parts. */
  public RejectionCause rejectionCause() {
    return cause;
  }

  /** Why, for people: the message without the parts. */
  public String sentence() {
    return sentence;
  }
}
