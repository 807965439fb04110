package dev.onceflow.topology;

import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.streams.verdict.Tally;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Writes the counts of verdicts as their Avro contract. */
final class TallySerde {
  private TallySerde() {}

  static Serde<Tally> over(Serde<VerdictCounts> avro) {
    return Serdes.serdeFrom(
        (topic, tally) -> avro.serializer().serialize(topic, toAvro(tally)),
        (topic, bytes) -> fromAvro(avro.deserializer().deserialize(topic, bytes)));
  }

  private static VerdictCounts toAvro(Tally tally) {
    return tally == null
        ? null
        : new VerdictCounts(
            tally.read(),
            tally.applied(),
            tally.rejected(),
            tally.duplicate(),
            tally.quarantined(),
            tally.dlq(),
            tally.nextOffset());
  }

  private static Tally fromAvro(VerdictCounts counts) {
    return counts == null
        ? null
        : new Tally(
            counts.getRead(),
            counts.getApplied(),
            counts.getRejected(),
            counts.getDuplicate(),
            counts.getQuarantined(),
            counts.getDlq(),
            counts.getNextOffset());
  }
}
