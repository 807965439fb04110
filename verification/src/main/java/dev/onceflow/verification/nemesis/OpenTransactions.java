package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * Kafka transactions that are open at the brokers. A transaction is told from the next one of the
 * same producer by when it began.
 *
 * @param startedMs by transactional ID
 * @param partitions how many partitions all of them have written to
 */
record OpenTransactions(Map<String, Long> startedMs, int partitions) {
  /** Those of a job's process, or nothing where it has none open. */
  static Optional<OpenTransactions> of(JobProcess job, Flow flow) {
    return job.processId().flatMap(id -> of(id, flow.admin()));
  }

  /** Those whose transactional ID contains this, or nothing where none is open. */
  static Optional<OpenTransactions> of(String partOfId, Admin admin) {
    Set<String> open = openIds(partOfId, admin);
    return open.isEmpty() ? Optional.empty() : described(open, admin);
  }

  /** The broker that coordinates one of these, or nothing where none is open. */
  static Optional<Integer> coordinator(String partOfId, Admin admin) {
    return openIds(partOfId, admin).stream()
        .sorted()
        .findFirst()
        .flatMap(id -> Flow.answer(admin.describeTransactions(Set.of(id)).description(id)))
        .map(TransactionDescription::coordinatorId);
  }

  private static Set<String> openIds(String partOfId, Admin admin) {
    return Flow.answer(
            admin
                .listTransactions(
                    new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
                .all())
        .stream()
        .flatMap(listings -> listings.stream())
        .map(TransactionListing::transactionalId)
        .filter(id -> id.contains(partOfId))
        .collect(Collectors.toSet());
  }

  private static Optional<OpenTransactions> described(Set<String> ids, Admin admin) {
    Map<String, Long> started = new HashMap<>();
    int partitions = 0;
    for (Map.Entry<String, TransactionDescription> each :
        Flow.answer(admin.describeTransactions(ids).all()).orElse(Map.of()).entrySet()) {
      TransactionDescription transaction = each.getValue();
      if (transaction.state() == TransactionState.ONGOING
          && transaction.transactionStartTimeMs().isPresent()) {
        started.put(each.getKey(), transaction.transactionStartTimeMs().getAsLong());
        partitions += transaction.topicPartitions().size();
      }
    }
    return started.isEmpty()
        ? Optional.empty()
        : Optional.of(new OpenTransactions(started, partitions));
  }

  /** Whether none of these is open any more. */
  boolean areOver(Admin admin) {
    Set<String> ids = new HashSet<>(startedMs.keySet());
    Optional<Map<String, TransactionDescription>> now =
        Flow.answer(admin.describeTransactions(ids).all());
    return now.isPresent()
        && now.get().entrySet().stream()
            .noneMatch(
                each ->
                    each.getValue().state() == TransactionState.ONGOING
                        && each.getValue().transactionStartTimeMs().orElse(-1)
                            == startedMs.get(each.getKey()));
  }

  @Override
  public String toString() {
    return "%s with %d partitions written".formatted(startedMs.keySet(), partitions);
  }
}
