package dev.onceflow.cli.load;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.source.Damage;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Sends payments to topic {@code payments}, keyed by payment ID, with an idempotent producer: each
 * payment taken is in the topic once, in the order taken per payment, or {@link #finish} fails. It
 * needs no Kafka transaction: after a crash the same load is run again, and since its event IDs are
 * the same, what had arrived already is recognised as a duplicate. Memory is bounded by the
 * producer's buffer: {@link #send} blocks while it is full.
 */
public final class KafkaDelivery implements Delivery {
  private static final String TOPIC = Topics.PAYMENTS.name();
  private static final int ANSWER_TIMEOUT_MS = 10_000;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Map<PaymentKind, String> TYPES = types();

  private final Producer<byte[], byte[]> producer;
  private final Serializer<PaymentEvent> serializer;
  private final AtomicLong delivered = new AtomicLong();

  /** The first failure, set by the producer's own thread. */
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * @param producer an idempotent producer, which {@link #close} closes
   * @param serializer writes the values, and is closed too
   */
  public KafkaDelivery(Producer<byte[], byte[]> producer, Serializer<PaymentEvent> serializer) {
    this.producer = producer;
    this.serializer = serializer;
  }

  /**
   * Connects. It asks for the topic first, because a producer that meets a missing topic lets the
   * broker create it, without the settings that the guarantee rests on.
   *
   * @param config settings for Kafka's clients and the Avro serializer; {@code bootstrap.servers}
   *     and {@code schema.registry.url} are required. What gives the guarantee (idempotence, acks)
   *     can't be overridden
   * @throws UserException if no broker answers, or there is no topic {@code payments}
   */
  public static KafkaDelivery open(Map<String, ?> config) {
    checkTopic(config);
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
    settings.putAll(config);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.keySet().retainAll(producerSettings(settings.keySet()));
    return new KafkaDelivery(
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
        new AvroSerdes(config).serializer());
  }

  // The same map configures the serializer; the producer would warn of what isn't its own.
  private static Set<String> producerSettings(Set<String> given) {
    Set<String> known = new HashSet<>(given);
    known.retainAll(ProducerConfig.configNames());
    return known;
  }

  private static void checkTopic(Map<String, ?> config) {
    Map<String, Object> settings = new HashMap<>(config);
    settings.keySet().retainAll(AdminClientConfig.configNames());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS / 2);
    Object servers = config.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
    try (Admin admin = Admin.create(settings)) {
      admin.describeTopics(Set.of(TOPIC)).allTopicNames().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UnknownTopicOrPartitionException
          ? new UserException(
              "There is no topic %s at %s: start the job once, which creates it, or create it with message.timestamp.type=LogAppendTime"
                  .formatted(TOPIC, servers))
          : new UserException(
              "No broker at %s tells about topic %s (%s): check --bootstrap-servers, and that Kafka is running there"
                  .formatted(servers, TOPIC, e.getCause().getMessage()),
              e);
    } catch (KafkaException e) {
      throw new UserException(
          "%s can't be used as Kafka's address: %s".formatted(servers, rootMessage(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }

  private static Map<PaymentKind, String> types() {
    Map<PaymentKind, String> types = new EnumMap<>(PaymentKind.class);
    for (PaymentKind kind : PaymentKind.values()) {
      types.put(kind, "dev.onceflow.payment.%s.v1".formatted(kind.name().toLowerCase(Locale.ROOT)));
    }
    return types;
  }

  @Override
  public void send(String origin, Item.Payment payment) {
    send(origin, payment.event(), serialize(payment.event()));
  }

  @Override
  public void send(String origin, Item.Damaged damaged) {
    Damage damage = damaged.damage();
    send(origin, damaged.event(), damage.apply(serialize(damaged.event())));
  }

  private byte[] serialize(PaymentEvent event) {
    try {
      return serializer.serialize(TOPIC, event);
    } catch (KafkaException e) {
      throw new UserException(
          "The payments can't be written as Avro: %s; check --schema-registry. %s"
              .formatted(e.getMessage(), soFar()),
          e);
    }
  }

  private void send(String origin, PaymentEvent event, byte[] value) {
    failIfFailed();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(TOPIC, event.getPaymentId().getBytes(StandardCharsets.UTF_8), value);
    CloudEventHeaders.set(
        record.headers(),
        event.getEventId(),
        origin,
        TYPES.get(event.getKind()),
        event.getOccurredAt());
    try {
      // Failures come to the callback; the future would say the same again.
      Future<RecordMetadata> unused =
          producer.send(
              record,
              (metadata, exception) -> {
                if (exception == null) {
                  delivered.incrementAndGet();
                } else {
                  failure.compareAndSet(null, exception);
                }
              });
    } catch (KafkaException e) {
      failure.compareAndSet(null, e);
      failIfFailed();
    }
  }

  @Override
  public void finish() {
    producer.flush();
    failIfFailed();
  }

  private void failIfFailed() {
    Exception cause = failure.get();
    if (cause != null) {
      throw new UserException(
          "Kafka did not take a payment: %s%n%s".formatted(cause.getMessage(), soFar()), cause);
    }
  }

  private String soFar() {
    return "%,d payments arrived. Run the same load again: they keep their event IDs, so none counts twice."
        .formatted(delivered.get());
  }

  @Override
  public long delivered() {
    return delivered.get();
  }

  /** Gives up on what is not delivered yet: {@link #finish} comes first where that matters. */
  @Override
  public void close() {
    try (serializer) {
      producer.close(failure.get() == null ? CLOSE_TIMEOUT : Duration.ZERO);
    }
  }
}
