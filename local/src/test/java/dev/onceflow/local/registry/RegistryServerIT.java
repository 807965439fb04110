package dev.onceflow.local.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.serde.AvroSerdes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryServerIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path folder;

  @Test
  void schemaIdSurvivesSigkillAndIncompatibleSchemasAreRefused() throws Exception {
    try (RegistryServer registry = RegistryServer.start(folder, FreePort.ANY)) {
      AvroSerdes serdes = new AvroSerdes(Map.of("schema.registry.url", registry.url()));
      LedgerEntry entry = entry();
      byte[] bytes = serdes.<LedgerEntry>serializer().serialize("ledger-entries", entry);
      int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
      assertThat(serdes.deserializer(LedgerEntry.class).deserialize("ledger-entries", bytes))
          .isEqualTo(entry);

      // Right after the answer, so that an ID that was only in memory would be lost.
      int last = register(registry, "last", schemaWith("string")).path("id").asInt();
      registry.process().kill();
      registry.restart();

      assertThat(get(registry, "/schemas/ids/" + id)).contains("\"LedgerEntry\"", "entry_id");
      assertThat(get(registry, "/schemas/ids/" + last)).isEqualTo(schemaWith("string"));
      assertThat(register(registry, "last", schemaWith("string")).path("id").asInt())
          .isEqualTo(last);
      assertThat(register(registry, "last", schemaWith("int")).path("error_code").asInt())
          .isEqualTo(409);
      assertThat(register(registry, "other", schemaWith("int")).path("id").asInt())
          .isGreaterThan(last);
    }
  }

  private JsonNode register(RegistryServer registry, String subject, String schema)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(registry.url() + "/subjects/" + subject + "-value/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    JSON.writeValueAsString(Map.of("schema", schema))))
            .build();
    return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private String get(RegistryServer registry, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + path)).build();
    String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    return JSON.readTree(body).path("schema").asText();
  }

  private static String schemaWith(String type) {
    return "{\"type\":\"record\",\"name\":\"Changing\",\"fields\":[{\"name\":\"x\",\"type\":\"%s\"}]}"
        .formatted(type);
  }

  private static LedgerEntry entry() {
    return LedgerEntry.newBuilder()
        .setEntryId("e")
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
