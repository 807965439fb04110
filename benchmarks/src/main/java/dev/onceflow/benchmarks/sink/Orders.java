package dev.onceflow.benchmarks.sink;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** Orders with a UUIDv7 each, as JSON with their schema, and the table that they go to. */
final class Orders {
  private static final long SEED = 42;
  private static final long FROM_MS = 1_750_000_000_000L;
  private static final int SCALE = 4;
  private static final int UNACKNOWLEDGED_MAX = 20_000;

  private final Case which;
  private final int count;
  private final List<UUID> ids;

  Orders(Case which, int count) {
    this.which = which;
    this.count = count;
    Random random = new Random(SEED);
    this.ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(which.isUpdate(i) ? ids.get(random.nextInt(i)) : timeOrdered(i, random));
    }
  }

  private static UUID timeOrdered(int i, Random random) {
    long ms = FROM_MS + i / 10;
    return new UUID(
        (ms << 16) | 0x7000L | random.nextInt(0x1000),
        (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
  }

  /** Which row is written last, and with which version. */
  String lastIsThere(String table) {
    return "SELECT 1 FROM %s WHERE id = '%s' AND version = %d"
        .formatted(table, ids.get(count - 1), count - 1);
  }

  /** How many rows there must be in the end. */
  long rows() {
    return ids.stream().distinct().count();
  }

  String createTable(String table) {
    return ("CREATE TABLE %s (id text PRIMARY KEY, account text NOT NULL, merchant text NOT NULL,"
            + " currency text NOT NULL, quantity int NOT NULL, amount_minor bigint NOT NULL,"
            + " version bigint NOT NULL%s)")
        .formatted(table, which.hasDecimal() ? ", price numeric(18, 4) NOT NULL" : "");
  }

  private String schema() {
    return """
        {"type":"struct","name":"Order","optional":false,"fields":[
        {"field":"id","type":"string","optional":false},
        {"field":"account","type":"string","optional":false},
        {"field":"merchant","type":"string","optional":false},
        {"field":"currency","type":"string","optional":false},
        {"field":"quantity","type":"int32","optional":false},
        {"field":"amount_minor","type":"int64","optional":false},
        {"field":"version","type":"int64","optional":false}"""
            .replace("\n", "")
        + (which.hasDecimal()
            ? ",{\"field\":\"price\",\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\",\"version\":1,\"parameters\":{\"scale\":\"4\"},\"optional\":false}"
            : "")
        + "]}";
  }

  private String value(String schema, int i) {
    String price =
        which.hasDecimal()
            ? ",\"price\":\"%s\""
                .formatted(
                    Base64.getEncoder()
                        .encodeToString(
                            BigDecimal.valueOf(i * 37L, SCALE).unscaledValue().toByteArray()))
            : "";
    return "{\"schema\":%s,\"payload\":{\"id\":\"%s\",\"account\":\"A%d\",\"merchant\":\"M%d\",\"currency\":\"GBP\",\"quantity\":%d,\"amount_minor\":%d,\"version\":%d%s}}"
        .formatted(schema, ids.get(i), i % 100_000, i % 500, i % 10 + 1, i * 37L, i, price);
  }

  /** Sends all of them to a topic of one partition. */
  void produce(String bootstrapServers, String topic) throws Exception {
    String schema = schema();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20, "batch.size", 262_144),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        sent.add(
            producer.send(new ProducerRecord<>(topic, ids.get(i).toString(), value(schema, i))));
        if (sent.size() == UNACKNOWLEDGED_MAX) {
          for (Future<RecordMetadata> record : sent) {
            record.get();
          }
          sent.clear();
        }
      }
      producer.flush();
    }
  }
}
