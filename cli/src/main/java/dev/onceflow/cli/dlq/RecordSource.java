package dev.onceflow.cli.dlq;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records one after the other, those of a partition in its order. */
@FunctionalInterface
interface RecordSource {
  /** The next ones; empty once all were given. */
  List<ConsumerRecord<byte[], byte[]>> next();
}
