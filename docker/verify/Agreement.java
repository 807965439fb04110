import dev.onceflow.cli.audit.AuditReport;
import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.cli.audit.Comparison;
import dev.onceflow.cli.audit.Conservation;
import dev.onceflow.cli.audit.PaymentsAudit;
import dev.onceflow.topology.PaymentsTopology;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * The audit that {@code onceflow up} ends with, for the containers of docker-compose.yml: topics and
 * tables compared by event ID and content. Waits until every record has gone the whole way.
 *
 * <p>Exit codes: 0 they agree, 1 they differ, 2 it can't be told: not all records came through in
 * time, or a server doesn't answer.
 */
final class Agreement {
  private static final List<String> SUNK = List.of("ledger-entries", "account-balances");
  private static final long POLL_MS = 2_000;

  private Agreement() {}

  /**
   * @param args bootstrap servers, registry, JDBC URL, the job's application ID, the sink's name, how
   *     many records {@code payments} must hold, how many seconds to wait for them
   */
  public static void main(String[] args) throws InterruptedException {
    Map<String, Object> clients =
        Map.of("bootstrap.servers", args[0], "schema.registry.url", args[1]);
    PaymentsAudit audit =
        new PaymentsAudit(clients, args[2], args[4], PaymentsTopology.verdictsTopic(args[3]));
    long records = Long.parseLong(args[5]);
    Duration limit = Duration.ofSeconds(Long.parseLong(args[6]));
    System.exit(answer(audit, clients, records, limit));
  }

  private static int answer(
      PaymentsAudit audit, Map<String, Object> clients, long records, Duration limit)
      throws InterruptedException {
    long startedNs = System.nanoTime();
    while (true) {
      AuditReport report = null;
      boolean complete = false;
      String trouble = "";
      try {
        report = audit.run();
        complete =
            report.conservation().inPayments() >= records
                && report.conservation().read() == report.conservation().inPayments()
                && isSunk(report.cut(), clients);
      } catch (RuntimeException e) {
        trouble = e.toString();
      }
      boolean over = System.nanoTime() - startedNs > limit.toNanos();
      // While records are on their way, and for a moment after, topics and tables may differ.
      if (complete && (report.agrees() || over)) {
        print(report);
        boolean asMany = report.conservation().inPayments() == records;
        if (!asMany) {
          System.out.printf("  DIFFER    payments holds more than the %,d records sent%n", records);
        }
        boolean agree = report.agrees() && asMany;
        System.out.println(agree ? "  Answer    AGREE" : "  Answer    DIFFER");
        return agree ? 0 : 1;
      }
      if (over) {
        if (report != null) {
          print(report);
        }
        System.out.printf(
            "  Answer    UNKNOWN: not every one of %,d records came through within %d s. %s%n",
            records, limit.toSeconds(), trouble);
        return 2;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }

  private static boolean isSunk(Map<String, Long> cut, Map<String, Object> clients) {
    return SUNK.stream()
        .allMatch(
            topic -> {
              Map<TopicPartition, Long> offsets = new HashMap<>();
              cut.forEach(
                  (partition, offset) -> {
                    int dash = partition.lastIndexOf('-');
                    if (partition.substring(0, dash).equals(topic)) {
                      int number = Integer.parseInt(partition.substring(dash + 1));
                      offsets.put(new TopicPartition(topic, number), offset);
                    }
                  });
              return new CommittedTopic(topic, clients).isReadUpTo(offsets);
            });
  }

  private static void print(AuditReport report) {
    System.out.println("  Topics    " + report.topics());
    System.out.println("  Tables    " + report.tables());
    Conservation sum = report.conservation();
    System.out.printf(
        "  Input     %,d in payments, %,d read = %,d applied + %,d rejected + %,d duplicate + %,d quarantined + %,d DLQ: %s%n",
        sum.inPayments(),
        sum.read(),
        sum.applied(),
        sum.rejected(),
        sum.duplicate(),
        sum.quarantined(),
        sum.dlq(),
        sum.holds() ? "holds" : "DOES NOT HOLD");
    for (Comparison each : report.comparisons()) {
      System.out.printf(
          "  %-9s %s (%,d expected, %,d found)%n",
          each.agrees() ? "Agree" : "DIFFER", each.name(), each.expected(), each.found());
      each.missing().forEach(name -> System.out.println("            missing: " + name));
      each.foreign().forEach(name -> System.out.println("            made by no event: " + name));
      each.duplicated().forEach(name -> System.out.println("            more than once: " + name));
      each.altered().forEach(name -> System.out.println("            altered: " + name));
    }
  }
}
