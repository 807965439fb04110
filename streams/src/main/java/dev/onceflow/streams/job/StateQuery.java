package dev.onceflow.streams.job;

import java.util.function.Function;

/**
 * A question about a job's state that may be asked from outside, of any instance. The answer is
 * what the job has processed; it may be ahead of the last committed Kafka transaction by a commit
 * interval, and an abort takes that back.
 *
 * @param name what the question is called: {@code /state/NAME/KEY}
 * @param store the key-value store that holds the answer
 * @param routing which instances may hold it
 * @param storeKey makes the store's key of the question's
 * @param json writes the store's value as JSON
 */
public record StateQuery(
    String name,
    String store,
    Routing routing,
    Function<String, Object> storeKey,
    Function<Object, String> json) {
  /** Which instances may hold the answer. */
  public enum Routing {
    /** The one that has the partition of this key; the question's key is the record's. */
    BY_KEY,
    /** Any: the question's key doesn't tell the partition. */
    EVERYWHERE
  }
}
