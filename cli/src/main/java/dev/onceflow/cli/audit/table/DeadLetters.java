package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.audit.digest.Place;
import dev.onceflow.cli.audit.read.AuditProgress;
import dev.onceflow.cli.audit.read.CommittedTopic;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The records that the sink has set aside, from {@code onceflow.dlq} and from the connector's dead
 * letter queue, where that keeps their coordinates. Read when first asked for; one thread.
 */
final class DeadLetters {
  private static final String HEADER = "__connect.errors.";

  private final InsertEffect effect;
  private final Snapshot snapshot;
  private final Map<String, Object> clientConfig;
  private final AuditProgress progress;
  private Optional<Offsets> offsets = Optional.empty();

  DeadLetters(
      InsertEffect effect,
      Snapshot snapshot,
      Map<String, Object> clientConfig,
      AuditProgress progress) {
    this.effect = effect;
    this.snapshot = snapshot;
    this.clientConfig = clientConfig;
    this.progress = progress;
  }

  boolean contain(Place place) {
    if (offsets.isEmpty()) {
      Offsets read = new Offsets();
      if (effect.deadLetterTable()) {
        snapshot.addDeadLetters(effect.sink(), effect.topic(), read);
      }
      effect
          .deadLetterTopic()
          .map(name -> new CommittedTopic(name, clientConfig, progress::records))
          .ifPresent(queue -> queue.read(queue.end(), record -> add(record, read)));
      offsets = Optional.of(read);
    }
    return offsets.get().contains(place);
  }

  private void add(ConsumerRecord<byte[], byte[]> letter, Offsets to) {
    String partition = header(letter, "partition");
    String offset = header(letter, "offset");
    if (effect.topic().equals(header(letter, "topic")) && partition != null && offset != null) {
      to.add(Integer.parseInt(partition), Long.parseLong(offset));
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(HEADER + name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
