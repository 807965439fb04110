package dev.onceflow.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.verification.history.RecordedEffects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfluentSerdesIT {
  private static final Path GENUINE =
      Path.of("target", "confluent", "pinot-confluent-avro-shaded.jar").toAbsolutePath();

  @TempDir private Path folder;

  /**
   * The job runs with Confluent's own classes: they read what our serializer wrote to {@code
   * payments}, and what they write is read by our deserializer and by the sink's converter.
   */
  @Test
  void theJobRunsOnConfluentsGenuineSerdesByConfiguration() throws Exception {
    assertThat(Files.isRegularFile(GENUINE)).as("%s is put there by the build", GENUINE).isTrue();
    try (PaymentsPipeline pipeline = new PaymentsPipeline(folder, PaymentsPipeline.Ports.ANY)) {
      pipeline.startServers();
      pipeline.startJob(
          Map.of(
              "avro.serializer.class", "io.confluent.kafka.serializers.KafkaAvroSerializer",
              "avro.deserializer.class", "io.confluent.kafka.serializers.KafkaAvroDeserializer"),
          List.of(GENUINE));
      pipeline.startWorker();
      pipeline.registerSink(Map.of());

      pipeline.loadSample(5_000, 7);
      pipeline.awaitDrained(Duration.ofMinutes(2));

      assertThat(RecordedEffects.in(pipeline.postgres().jdbcUrl()).facts()).isNotEmpty();
      assertThat(pipeline.topicsAndTablesAgree()).isTrue();
    }
  }
}
