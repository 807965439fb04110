package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.preflight.Finding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

/** Whether the copies of an event meet in one partition, as far as the newest records tell. */
class PreflightPlacementIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final TestingPreflight preflight = new TestingPreflight();
  private final TestingJob job = preflight.job;
  private final Map<String, Object> settings = preflight.settings;
  private final TestingTopics topics = new TestingTopics();

  @Test
  void recordsThatLieWhereTheirKeysBelongAreInPlace() throws Exception {
    topics.create(job.topics());
    assertThat(preflight.finding("input.placement").set())
        .isEqualTo(job.input() + " is empty, or not read within 5000 ms");
    assertThat(preflight.statusOf("input.placement")).isEqualTo(Finding.Status.NOT_VISIBLE);

    sendAborted(job.input(), 0, null);
    assertThat(preflight.statusOf("input.placement"))
        .as("what was aborted is not there")
        .isEqualTo(Finding.Status.NOT_VISIBLE);
    topics.send(
        job.input(), null, IntStream.range(0, 1_000).mapToObj(i -> "k" + i).toArray(String[]::new));

    Finding finding = preflight.finding("input.placement");

    assertThat(finding.status()).isEqualTo(Finding.Status.HELD);
    assertThat(finding.set())
        .as("200 of each partition")
        .isEqualTo("the 400 newest records of %s are in place", job.input());
  }

  @Test
  void aKeyInTwoPartitionsIsNamedWithBothPlaces() throws Exception {
    topics.create(job.topics());
    topics.send(job.input(), 0, "k");
    topics.send(job.input(), 1, "another", "k");

    Finding finding = preflight.violation("input.placement");

    assertThat(finding.set())
        .startsWith("records of one key lie in ")
        .contains(job.input() + "-0 at offset 0", job.input() + "-1 at offset 1");
    assertThat(finding.remedy())
        .contains("partitioner=murmur2_random", "repartitionedByEventId", "more partitions");
  }

  @Test
  void aPartitionerOfOnesOwnIsNamedAndMayBeAccepted() throws Exception {
    topics.create(job.topics());
    IntStream.range(0, 100)
        .mapToObj(i -> "k" + i)
        .filter(key -> librdkafka(key) != kafka(key))
        .limit(10)
        .forEach(key -> topics.send(job.input(), librdkafka(key), key, key));

    Finding finding = preflight.violation("input.placement");

    assertThat(finding.set())
        .startsWith("20 of the 20 newest records of %s lie elsewhere".formatted(job.input()));
    assertThat(finding.remedy()).contains("partitioner=murmur2_random", "accept it");
    settings.put("preflight.accept", "state.dir,input.placement");
    assertThat(preflight.report().refused()).isEmpty();
  }

  @Test
  void aRecordWithoutAKeyIsNamed() throws Exception {
    topics.create(job.topics());
    topics.send(job.input(), null, "k", null);

    Finding finding = preflight.violation("input.placement");

    assertThat(finding.set()).startsWith("the record in " + job.input()).endsWith("has no key");
    assertThat(finding.remedy()).contains("repartitionedByEventId");
    job.repartition = true;
    assertThat(preflight.finding("input.placement").set())
        .isEqualTo(job.input() + " is repartitioned by event ID");
  }

  @Test
  void copiesOfAnInputWithOnePartitionMeetAnyway() throws Exception {
    topics.create(job.input(), job.inputSettings, 1);
    topics.send(job.input(), 0, new String[] {null});

    assertThat(preflight.finding("input.placement").set())
        .isEqualTo(job.input() + " has one partition");
  }

  private void sendAborted(String topic, Integer partition, String key) {
    try (KafkaProducer<String, String> producer =
        topics.producer(Map.of("transactional.id", "tx-" + topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      assertThat(producer.send(new ProducerRecord<>(topic, partition, key, "v")))
          .succeedsWithin(SOON);
      producer.abortTransaction();
    }
  }

  /** Where librdkafka puts a key unless it is told otherwise, in a topic of two partitions. */
  private static int librdkafka(String key) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % 2);
  }

  private static int kafka(String key) {
    return BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), 2);
  }
}
