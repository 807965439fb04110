package dev.onceflow.benchmarks.audit;

import dev.onceflow.cli.audit.digest.Row;
import dev.onceflow.cli.audit.digest.RowDigest;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Ledger entries without an end, each a function of its number. */
final class Entries {
  private static final long FIRST_MS = 1_760_000_000_000L;
  private static final int PER_MS = 10;
  private static final int ACCOUNTS = 100_000;
  private static final String[] CURRENCIES = {"EUR", "GBP", "JPY", "USD"};

  private Entries() {}

  /** A UUIDv7, in the order of numbers but for the last bits. */
  static UUID id(long number) {
    long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
    mixed ^= mixed >>> 29;
    long time = FIRST_MS + number / PER_MS;
    return new UUID(
        (time << 16) | 0x7000L | (mixed & 0xfff),
        0x8000000000000000L | (((mixed >>> 2) ^ number) & 0x3fffffffffffffffL));
  }

  private static LedgerEntry entry(long number) {
    Instant at = Instant.ofEpochMilli(FIRST_MS + number / PER_MS);
    String currency = CURRENCIES[(int) (number % CURRENCIES.length)];
    String party = "c-" + number * 7919 % ACCOUNTS;
    return LedgerEntry.newBuilder()
        .setEntryId(id(number).toString())
        .setEventId("e-" + number / 2)
        .setPaymentId("p-" + number / 4)
        .setAccount("CUSTOMER|" + party + "|" + currency)
        .setAccountType(AccountType.CUSTOMER)
        .setPartyId(party)
        .setKind(PaymentKind.SALE)
        .setCurrency(currency)
        .setAmountMinor(100 + number % 9_973)
        .setOccurredAt(at)
        .setBookedOn(at.atOffset(ZoneOffset.UTC).toLocalDate())
        .build();
  }

  /** Sends that many, and waits until all are acknowledged. */
  static void send(long count, Map<String, Object> clients) {
    AtomicReference<Exception> failure = new AtomicReference<>();
    Map<String, Object> config = new HashMap<>(clients);
    config.put("compression.type", "lz4");
    config.put("linger.ms", 20);
    config.put("batch.size", 262_144);
    config.put("buffer.memory", 67_108_864L);
    Serializer<LedgerEntry> values = new AvroSerdes(clients).serializer();
    String topic = Topics.LEDGER_ENTRIES.name();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
      for (long number = 0; number < count; number++) {
        LedgerEntry entry = entry(number);
        Future<RecordMetadata> unused =
            producer.send(
                new ProducerRecord<>(topic, entry.getAccount(), values.serialize(topic, entry)),
                (sent, failed) -> {
                  if (failed != null) {
                    failure.set(failed);
                  }
                });
      }
      producer.flush();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("Not all entries were sent", failure.get());
    }
  }

  /** Another entry whose ID is in the same bucket of an audit's digest. */
  static long twinOf(long number, long count) {
    int bucket = bucket(number);
    for (long other = 0; other < count; other++) {
      if (other != number && bucket(other) == bucket) {
        return other;
      }
    }
    throw new IllegalArgumentException(
        "None of %d entries shares the bucket of %d: give more".formatted(count, number));
  }

  private static int bucket(long number) {
    UUID id = id(number);
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
    Row row = new Row();
    row.set(bytes, 0, bytes.length, 0, bytes.length);
    return RowDigest.bucketOf(row);
  }
}
