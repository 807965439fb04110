package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What a task counts, as an operator sees it by JMX. */
class MetricsIT {
  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

  @Test
  void countsBatchesAndShowsFencesWhileTheyAreAssigned() throws JMException {
    postgres.execute(Payments.TABLES);
    Map<String, String> config = Payments.config(postgres.url());
    config.put("name", "metrics-it");
    TestingWorker worker = new TestingWorker(new OnceflowSinkTask(), config, 100);
    worker.assign(Map.of(entries, 0L));
    for (int i = 0; i < 10; i++) {
      entries.append("k", Payments.entry(i, 1, 100));
    }

    worker.drain();

    assertThat(value("name=records-total")).isEqualTo(10L);
    assertThat(rows("rows-total", "ledger_entries", "insert")).isEqualTo(10L);
    assertThat(rows("rows-total", "merchant_daily_totals", "accumulate")).isEqualTo(10L);
    assertThat(value("name=batches-total")).isEqualTo(1L);
    assertThat((double) value("name=commit-latency-ms-p99")).isPositive();
    assertThat(value("name=fence-offset,partition=\"0\",topic=\"ledger-entries\"")).isEqualTo(10L);
    assertThat(value("name=fence-lag,partition=\"0\",topic=\"ledger-entries\"")).isEqualTo(0L);

    for (int i = 0; i < 12; i++) {
      entries.append("k", Payments.entry(i % 11, 1, 100));
    }
    worker.drain();
    assertThat(rows("rows-total", "ledger_entries", "insert")).isEqualTo(11L);
    assertThat(rows("duplicates-total", "ledger_entries", "insert")).isEqualTo(11L);
    assertThat(rows("rows-total", "merchant_daily_totals", "accumulate")).isEqualTo(11L);
    assertThat(rows("duplicates-total", "merchant_daily_totals", "accumulate")).isEqualTo(11L);

    worker.revoke(entries);
    assertThat(names("name=fence-offset,*")).isEmpty();

    worker.task.stop();
    assertThat(names("*")).isEmpty();
  }

  private Object rows(String name, String table, String effect) throws JMException {
    return value("name=%s,effect=\"%s\",table=\"%s\"".formatted(name, effect, table));
  }

  private Object value(String query) throws JMException {
    Set<ObjectName> names = names(query);
    assertThat(names).hasSize(1);
    return server.getAttribute(names.iterator().next(), "Value");
  }

  private Set<ObjectName> names(String query) throws JMException {
    return server.queryNames(
        new ObjectName("dev.onceflow.sink:task=\"metrics-it*\"," + query), null);
  }
}
