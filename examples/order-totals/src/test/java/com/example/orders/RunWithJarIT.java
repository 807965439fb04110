package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FreePort;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user runs it: {@code onceflow run --job order-totals --config FILE --jar JAR}. */
class RunWithJarIT {
  private static final Path JAR =
      Path.of("target/onceflow-example-order-totals-0.1.0-SNAPSHOT.jar").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void theJarsJobRunsAndItsTotalsAreRight() throws Exception {
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
        ChildProcess job = ChildProcess.start(onceflowRun(kafka.bootstrapServers()).command());
        KafkaConsumer<String, String> totals = totals(kafka.bootstrapServers())) {
      // The job itself makes the topics.
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> totals.listTopics().containsKey("order-totals") || !job.alive());
      assertThat(job.alive()).as("see %s", job.log()).isTrue();

      send(kafka.bootstrapServers(), "order-1,10", "order-2,20", "order-1,10", "order-3,30");

      totals.subscribe(List.of("order-totals"));
      Map<String, String> latest = new HashMap<>();
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                totals
                    .poll(Duration.ofMillis(100))
                    .forEach(record -> latest.put(record.key(), record.value()));
                assertThat(latest).isEqualTo(Map.of("alice", "60"));
              });
    }
  }

  private ChildJvm onceflowRun(String bootstrapServers) throws Exception {
    Path config = folder.resolve("order-totals.properties");
    Files.writeString(
        config,
        """
        application.id=order-totals
        bootstrap.servers=%s
        state.dir=%s
        topics.create=true
        topics.partitions=2
        # The folder is a temporary one.
        preflight.accept=state.dir
        """
            .formatted(bootstrapServers, folder.resolve("state")));
    return new ChildJvm(
        "onceflow",
        "dev.onceflow.cli.Main",
        List.of(
            "run", "--job", "order-totals", "--config", config.toString(), "--jar", JAR.toString()),
        List.of("-Xmx384m"),
        classPathWithoutTheExample(),
        folder.resolve("job"));
  }

  private static String classPathWithoutTheExample() {
    Path own = Path.of("target").toAbsolutePath();
    return Stream.of(ChildJvm.ownClassPath().split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).toAbsolutePath().startsWith(own))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void send(String bootstrapServers, String... orders) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            new StringSerializer())) {
      for (String order : orders) {
        producer.send(new ProducerRecord<>("orders", "alice", order)).get();
      }
    }
  }

  private static KafkaConsumer<String, String> totals(String bootstrapServers) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "group.id", "reader",
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest"),
        new StringDeserializer(),
        new StringDeserializer());
  }
}
