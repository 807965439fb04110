package dev.onceflow.verification.cluster;

/**
 * How many of what a cluster has.
 *
 * @param brokers Kafka nodes, 1 or 3
 * @param jobs processes of the payments job
 * @param jobThreads stream threads of each
 * @param workers Connect workers
 * @param partitions of each topic of the job
 */
public record Shape(int brokers, int jobs, int jobThreads, int workers, int partitions) {
  /** One broker, two of what works: what two cores carry in a few minutes. */
  public static final Shape SMALL = new Shape(1, 2, 1, 2, 4);

  /** Three brokers with three replicas of everything, three jobs, two workers. */
  public static final Shape FULL = new Shape(3, 3, 1, 2, 6);

  /** Checks. */
  public Shape {
    if (brokers < 1 || jobs < 1 || jobThreads < 1 || workers < 1 || partitions < 1) {
      throw new IllegalArgumentException(
          "a cluster has one or more of everything, not %d brokers, %d jobs of %d threads, %d workers, %d partitions"
              .formatted(brokers, jobs, jobThreads, workers, partitions));
    }
  }
}
