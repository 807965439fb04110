package dev.onceflow.local.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.Distribution;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.registry.RegistryServer;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectWorkerIT {
  private static final Duration SOON = Duration.ofSeconds(25);

  @TempDir private Path folder;

  @Test
  void connectorReadsOurAvroAndGoesOnAfterItsWorkerWasKilled() throws Exception {
    Path lines = folder.resolve("lines");
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
        RegistryServer registry = RegistryServer.start(folder.resolve("registry"), FreePort.ANY);
        ConnectWorker worker = worker(kafka)) {
      kafka.createTopics(List.of(Topics.LEDGER_ENTRIES), 2);
      // One content under two subjects: from here on Apicurio's two kinds of ID differ.
      serializer(registry).serialize("another", entry("decoy"));
      produce(kafka, registry, entry("first"));

      worker.putConnector("lines", config(registry, lines, Map.of()));
      worker.awaitRunning("lines", SOON);
      await().atMost(SOON).untilAsserted(() -> assertThat(read(lines)).hasSize(1));
      assertThat(read(lines).get(0))
          .startsWith("Struct{entry_id=first,")
          .contains("account_type=CUSTOMER", "kind=SALE", "amount_minor=100");

      worker.process().kill();
      produce(kafka, registry, entry("second"));
      worker.restart();
      // At least once: the killed task may not have committed the first record's offset.
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(read(lines)).last().asString().startsWith("Struct{entry_id=second"));

      worker.putConnector("failing", config(registry, lines, Map.of(TestingSink.FAIL, "true")));
      assertThatThrownBy(() -> worker.awaitRunning("failing", SOON))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("the test wants this task to fail");
      worker.deleteConnector("failing");
      assertThatThrownBy(() -> worker.status("failing")).hasMessageContaining("404");
      assertThatThrownBy(() -> worker.putConnector("bad", Map.of("connector.class", "None")))
          .hasMessageContaining("None");
    }
  }

  private ConnectWorker worker(KafkaServer kafka) {
    return ConnectWorker.start(
        folder.resolve("connect"),
        FreePort.ANY,
        kafka.bootstrapServers(),
        List.of(Distribution.located().avroConverterPlugin()));
  }

  private static Map<String, String> config(
      RegistryServer registry, Path lines, Map<String, String> more) {
    Map<String, String> config = new HashMap<>(AvroConverter.values(registry.apicurioUrl()));
    config.put("connector.class", TestingSink.class.getName());
    config.put("tasks.max", "1");
    config.put("topics", Topics.LEDGER_ENTRIES.name());
    config.put("consumer.override.auto.offset.reset", "earliest");
    config.put(TestingSink.FILE, lines.toString());
    config.putAll(more);
    return config;
  }

  private static void produce(KafkaServer kafka, RegistryServer registry, LedgerEntry entry)
      throws Exception {
    try (KafkaProducer<String, LedgerEntry> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            serializer(registry))) {
      producer
          .send(new ProducerRecord<>(Topics.LEDGER_ENTRIES.name(), entry.getAccount(), entry))
          .get();
    }
  }

  private static Serializer<LedgerEntry> serializer(RegistryServer registry) {
    return new AvroSerdes(Map.of("schema.registry.url", registry.url())).serializer();
  }

  private static List<String> read(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static LedgerEntry entry(String id) {
    return LedgerEntry.newBuilder()
        .setEntryId(id)
        .setEventId("v")
        .setPaymentId("p")
        .setAccount("customer/c/EUR")
        .setAccountType(AccountType.CUSTOMER)
        .setPartyId("c")
        .setKind(PaymentKind.SALE)
        .setCurrency("EUR")
        .setAmountMinor(100)
        .setOccurredAt(Instant.ofEpochMilli(1_700_000_000_000L))
        .setBookedOn(LocalDate.of(2023, 11, 14))
        .build();
  }
}
