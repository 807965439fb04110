package dev.onceflow.verification.deadletter;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.verification.command.Onceflow;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A broker, and commands as processes of their own that may be killed. For the test's thread. */
final class DeadLetterCluster implements AutoCloseable {
  private static final int RECORD_BYTES_MAX = 4_000_000;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Path folder;
  private final KafkaServer kafka;
  private final Admin admin;
  private int commands;

  DeadLetterCluster(Path folder) {
    this.folder = folder;
    kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
    admin = Admin.create(clientConfig());
  }

  Map<String, Object> clientConfig() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  void createTopic(String name, int partitions, Map<String, String> settings) {
    kafka.createTopics(List.of(new Topic(name, "as the test says", settings)), partitions);
  }

  /** Deletes a topic, and waits until a new one may have its name. */
  void deleteTopic(String name) {
    done(admin.deleteTopics(List.of(name)).all());
    Awaitility.await().atMost(LIMIT).until(() -> !done(admin.listTopics().names()).contains(name));
  }

  /** Sets one of a topic's settings, and waits until it holds. */
  void set(String topic, String setting, String value) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    done(
        admin
            .incrementalAlterConfigs(
                Map.of(
                    resource,
                    List.of(
                        new AlterConfigOp(
                            new ConfigEntry(setting, value), AlterConfigOp.OpType.SET))))
            .all());
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () ->
                done(admin.describeConfigs(List.of(resource)).all())
                    .get(resource)
                    .get(setting)
                    .value()
                    .equals(value));
  }

  /** Deletes what lies below an offset. */
  void deleteBefore(String topic, int partition, long offset) {
    done(
        admin
            .deleteRecords(
                Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
            .all());
  }

  /** Begins a transaction with a record in partition 0 of a topic; what it answers aborts it. */
  Runnable openTransaction(String transactionalId, String topic) {
    var producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "transactional.id", transactionalId),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    var unused = producer.send(new ProducerRecord<>(topic, 0, new byte[0], new byte[0]));
    producer.flush();
    return () -> {
      producer.abortTransaction();
      producer.close();
    };
  }

  private static <T> T done(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("The broker doesn't do it", e);
    }
  }

  /** Sends them in this order. */
  void produce(List<ProducerRecord<byte[], byte[]>> records) {
    try (var producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "max.request.size",
                RECORD_BYTES_MAX),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (var sent : records.stream().map(producer::send).toList()) {
        sent.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("A record was not sent", e);
    }
  }

  private static List<TopicPartition> partitions(String topic, int partitions) {
    return IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }

  /** What a reader of committed records sees, partition by partition. */
  List<ConsumerRecord<byte[], byte[]>> committed(String topic, int partitions) {
    List<TopicPartition> all = partitions(topic, partitions);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }

  boolean exists(String topic) {
    try {
      return admin.listTopics().names().get().contains(topic);
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("The broker doesn't tell topics", e);
    }
  }

  /** The sum of the offsets where a topic's partitions end, for committed readers or for all. */
  long end(String topic, int partitions, IsolationLevel level) {
    try {
      return admin
          .listOffsets(
              partitions(topic, partitions).stream()
                  .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())),
              new ListOffsetsOptions(level))
          .all()
          .get()
          .values()
          .stream()
          .mapToLong(found -> found.offset())
          .sum();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("The broker doesn't tell offsets", e);
    }
  }

  /** Starts {@code onceflow} with these words, and Kafka's address, as a process of its own. */
  ChildProcess start(String... words) {
    return startMain("dev.onceflow.cli.Main", withKafka(words));
  }

  ChildProcess startMain(String mainClass, List<String> words) {
    try {
      return ChildProcess.start(
          new ChildJvm(
                  "command-" + commands++,
                  mainClass,
                  words,
                  List.of("-Xmx192m", "-XX:TieredStopAtLevel=1"),
                  ChildJvm.ownClassPath(),
                  folder.resolve("commands"))
              .command());
    } catch (IOException e) {
      throw new IllegalStateException("The command's folder can't be written", e);
    }
  }

  /** Waits for a command's end. */
  static Answer answer(ChildProcess command) {
    Awaitility.await().atMost(LIMIT).until(() -> !command.alive());
    try {
      return new Answer(
          command.exitCode().orElseThrow(),
          Files.readString(command.log(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("The command's output can't be read", e);
    }
  }

  /** Runs {@code onceflow} with these words, and Kafka's address, in this JVM. */
  Answer run(String... words) {
    return Onceflow.run(withKafka(words).toArray(String[]::new));
  }

  private List<String> withKafka(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
    return all;
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    kafka.close();
  }
}
