package dev.onceflow.cli.dlq;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Where copies and decisions go to. */
@FunctionalInterface
interface Outlet {
  /**
   * A copy and the decision about the record that it is of.
   *
   * @param record what was set aside
   * @param copy what to send; null where nothing is
   * @param decided what is decided about it
   * @param word the decision's record
   */
  record Planned(
      SetAsideRecord record,
      ProducerRecord<byte[], byte[]> copy,
      Decided decided,
      ProducerRecord<byte[], byte[]> word) {}

  /**
   * One that Kafka will never take as it is.
   *
   * @param planned which
   * @param why for people
   */
  record Refused(Planned planned, String why) {}

  /**
   * Writes all of them but those that it answers.
   *
   * @throws dev.onceflow.cli.UserException if it can't; then a later run finds out what was written
   */
  List<Refused> commit(List<Planned> chunk);
}
