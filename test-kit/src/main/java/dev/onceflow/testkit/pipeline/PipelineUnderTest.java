package dev.onceflow.testkit.pipeline;

import java.time.Duration;

/**
 * The payments pipeline with servers of its own: Kafka, PostgreSQL, a schema registry, the job, and
 * a Connect worker with the sink. The same test runs on containers and on processes. Used by one
 * thread; others may load meanwhile, and start the other part.
 */
public interface PipelineUnderTest extends AutoCloseable {
  /** What a test may kill. */
  enum Part {
    /** The Streams job. */
    JOB,
    /** The Connect worker, in which the sink runs. */
    WORKER
  }

  /** Where it runs, for people. */
  String place();

  /** What Kafka's clients give as {@code bootstrap.servers}. */
  String bootstrapServers();

  /** What serdes give as {@code schema.registry.url}. */
  String registryUrl();

  /** The target database, with user and password. */
  String jdbcUrl();

  /**
   * Sends made-up payments; the same seed makes the same ones, with the same event IDs. Returns
   * when all are acknowledged.
   */
  void load(long events, long seed);

  /**
   * Ends a part by SIGKILL, in the middle of whatever it does.
   *
   * @throws IllegalStateException if it is down
   */
  void kill(Part part);

  /** Starts a part that was killed; returns when it works again. */
  void start(Part part);

  /** Waits until every committed record has gone the whole way into the tables. */
  void awaitDrained(Duration limit);

  /** Whether topics and tables agree, by event ID and content, and the books balance. */
  boolean topicsAndTablesAgree();

  /** Ends everything. */
  @Override
  void close();
}
