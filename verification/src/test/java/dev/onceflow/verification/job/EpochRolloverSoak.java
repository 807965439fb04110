package dev.onceflow.verification.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.streams.runtime.StreamsJob;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With {@code transaction.version} 2 each transaction raises its producer's epoch, a short: after
 * some 32,766 the broker gives the producer a new ID. A job with 100 ms commits is there within an
 * hour, and must not notice. It takes minutes, so it is not part of the gate: {@code .ci/soak} runs
 * it.
 */
class EpochRolloverSoak {
  private static final long TRANSACTIONS = 33_500;
  private static final Duration LIMIT = Duration.ofMinutes(60);
  private static final Duration DRAINED = Duration.ofMinutes(2);

  /** Between records, so that each commit has a few. */
  private static final long RECORD_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final int LOOK_EVERY_RECORDS = 500;

  @TempDir private Path folder;

  private final Map<Long, Integer> lastEpochs = new LinkedHashMap<>();
  private final Set<String> threads = new TreeSet<>();

  @Test
  void jobRunsThroughAProducerEpochRolloverWithoutAnError() throws Exception {
    // Back-to-back transactions wait for the markers of the one before; look again at once.
    Map<String, String> eager = Map.of("add.partitions.to.txn.retry.backoff.ms", "1");
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY, eager);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        CountingRun run = new CountingRun(kafka, folder.resolve("state"));
        StreamsJob job =
            run.job(
                CountingTopology.first(),
                Map.of(
                    "num.stream.threads", "1", "commit.interval.ms", "2", "restarts.max", "0"))) {
      job.start();
      assertThat(job.awaitRunning(DRAINED)).isTrue();

      long startNs = System.nanoTime();
      double transactions = sendUntilRolledOver(admin, run, startNs);
      double seconds = (System.nanoTime() - startNs) / 1e9;
      run.flush();
      await().atMost(DRAINED).until(() -> run.committed().size() >= run.expected().size());

      System.out.printf(
          "soak past the epoch rollover: %,.0f transactions by %s in %.0f s, %,d records, last epoch seen of each producer ID %s%n",
          transactions, threads, seconds, run.expected().size(), lastEpochs);
      assertThat(run.committed()).isEqualTo(run.expected());
      assertThat(job.failure()).isEmpty();
      assertThat(threads).as("no thread was replaced").hasSize(1);
      assertThat(lastEpochs).as("the producer ID changed").hasSizeGreaterThan(1);
      assertThat(lastEpochs.values()).as("the first came to its end").anyMatch(e -> e > 32_000);
      assertControlsCatch(run);
    }
  }

  /** The control: the comparison says no to an output that is missing, and to one too many. */
  private static void assertControlsCatch(CountingRun run) {
    List<String> outputs = run.committed();
    List<String> lost = outputs.subList(1, outputs.size());
    List<String> doubled = new ArrayList<>(outputs);
    doubled.add(outputs.get(outputs.size() - 1));

    assertThat(lost).isNotEqualTo(run.expected());
    assertThat(doubled).isNotEqualTo(run.expected());
  }

  private double sendUntilRolledOver(Admin admin, CountingRun run, long startNs) throws Exception {
    long dueNs = startNs;
    long sent = 0;
    double transactions = 0;
    while (transactions < TRANSACTIONS || lastEpochs.size() < 2) {
      assertThat(System.nanoTime() - startNs).as("time").isLessThan(LIMIT.toNanos());
      LockSupport.parkNanos(dueNs - System.nanoTime());
      dueNs = Math.max(dueNs + RECORD_EVERY_NS, System.nanoTime());
      run.send();
      if (++sent % LOOK_EVERY_RECORDS == 0) {
        transactions = look(admin);
        if (sent % (20 * LOOK_EVERY_RECORDS) == 0) {
          System.out.printf(
              "%,.0f transactions after %.0f s, epochs %s%n",
              transactions, (System.nanoTime() - startNs) / 1e9, lastEpochs);
        }
      }
    }
    return transactions;
  }

  private double look(Admin admin) throws Exception {
    for (ProducerState state :
        admin
            .describeProducers(List.of(CountingRun.OUTPUT))
            .partitionResult(CountingRun.OUTPUT)
            .get()
            .activeProducers()) {
      lastEpochs.merge(state.producerId(), state.producerEpoch(), Math::max);
    }
    return commitTotal();
  }

  private double commitTotal() throws JMException {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    double total = 0;
    for (ObjectName thread :
        beans.queryNames(
            new ObjectName("kafka.streams:type=stream-thread-metrics,thread-id=*"), null)) {
      threads.add(thread.getKeyProperty("thread-id"));
      total += (Double) beans.getAttribute(thread, "commit-total");
    }
    return total;
  }
}
