package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.job.JobTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** Topics of the shared broker: made, altered and written to; each change is seen on return. */
final class TestingTopics {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int PARTITIONS = 2;

  private final Admin admin = SharedBroker.admin();

  /** Those that the job declares, as it declares them. */
  void create(List<JobTopic> topics) throws ExecutionException, InterruptedException {
    for (JobTopic topic : topics) {
      create(topic.name(), topic.settings());
    }
  }

  void create(String topic, Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    create(topic, settings, PARTITIONS);
  }

  void create(String topic, Map<String, String> settings, int partitions)
      throws ExecutionException, InterruptedException {
    admin
        .createTopics(
            List.of(
                new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(settings)))
        .all()
        .get();
    // The controller has answered; the broker learns of it a moment later.
    Awaitility.await().atMost(SOON).until(() -> admin.listTopics().names().get().contains(topic));
  }

  void set(String topic, String key, String value) throws ExecutionException, InterruptedException {
    alter(
        topic,
        new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET),
        entry -> entry.value().equals(value));
  }

  void unset(String topic, String key) throws ExecutionException, InterruptedException {
    alter(
        topic,
        new AlterConfigOp(new ConfigEntry(key, null), AlterConfigOp.OpType.DELETE),
        entry -> entry.source() != ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
  }

  private void alter(String topic, AlterConfigOp change, Predicate<ConfigEntry> done)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
    Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                done.test(
                    admin
                        .describeConfigs(List.of(resource))
                        .all()
                        .get()
                        .get(resource)
                        .get(change.configEntry().name())));
  }

  /**
   * @param partition where the records go; null leaves it to the partitioner
   */
  void send(String topic, Integer partition, String... keys) {
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      List<Future<?>> sent = new ArrayList<>();
      for (String key : keys) {
        sent.add(producer.send(new ProducerRecord<>(topic, partition, key, "v")));
      }
      sent.forEach(each -> assertThat(each).succeedsWithin(SOON));
    }
  }

  KafkaProducer<String, String> producer(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", SharedBroker.address());
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }
}
