package dev.onceflow.cli.audit.topics;

import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.topic.Topics;
import java.util.Locale;
import java.util.Optional;

/** What can show, in a topic of its own, that became of an input record. */
enum Fate {
  /** A business rule refused it. */
  REJECTED(Topics.PAYMENTS_REJECTED.name(), 1),
  /** It could not be decided. */
  QUARANTINED(Topics.PAYMENTS_QUARANTINE.name(), 1),
  /** It could not be read or processed. */
  DLQ(Topics.PAYMENTS_DLQ.name(), 1),
  /** It was posted: two entries. Not every event that takes effect is. */
  POSTED(Topics.LEDGER_ENTRIES.name(), 2);

  private final String topic;
  private final int copies;

  Fate(String topic, int copies) {
    this.topic = topic;
    this.copies = copies;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Where it shows. */
  String topic() {
    return topic;
  }

  /** How many records each input record has there. */
  int copies() {
    return copies;
  }

  /** How many input records the job says met it; empty where it doesn't say. */
  Optional<Long> counted(VerdictCounts counts) {
    return switch (this) {
      case REJECTED -> Optional.of(counts.getRejected());
      case QUARANTINED -> Optional.of(counts.getQuarantined());
      case DLQ -> Optional.of(counts.getDlq());
      case POSTED -> Optional.empty();
    };
  }
}
