package dev.onceflow.cli.dlq;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.dedupe.DedupeConfig;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * How far back the memory of event IDs reaches. A copy whose ID has an older time inside may have
 * been seen and forgotten, as far as memory can tell: then it is unprovable, and has no effect.
 *
 * @param lengthMs for how long IDs are remembered, or {@link DedupeConfig#FOREVER}
 * @param nowMs when the command began, Unix milliseconds
 */
record Horizon(long lengthMs, long nowMs) {
  /** Of commands that send nothing. */
  static final Horizon NONE = new Horizon(DedupeConfig.FOREVER, 0);

  /** Whether the copy may be set aside once more, as unprovable. */
  boolean isBehind(ProducerRecord<byte[], byte[]> copy) {
    return lengthMs != DedupeConfig.FOREVER
        && text(copy, CloudEventHeaders.ID).map(EventIds::timeMs).filter(this::isOld).isPresent()
        // An operator's word that it was not seen counts for one horizon.
        && number(copy, Dedupe.RELEASE).filter(said -> said >= nowMs - lengthMs).isEmpty();
  }

  private boolean isOld(OptionalLong timeMs) {
    return timeMs.isPresent() && timeMs.getAsLong() < nowMs - lengthMs;
  }

  private static Optional<Long> number(ProducerRecord<byte[], byte[]> copy, String header) {
    try {
      return text(copy, header).map(text -> Long.parseLong(text.strip()));
    } catch (NumberFormatException noWordOfOurs) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(ProducerRecord<byte[], byte[]> copy, String name) {
    Header header = copy.headers().lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }
}
