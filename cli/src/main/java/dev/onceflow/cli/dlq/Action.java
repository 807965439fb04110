package dev.onceflow.cli.dlq;

import org.apache.kafka.clients.producer.ProducerRecord;

/** What is to become of a record that is open. */
sealed interface Action {
  /**
   * It is sent to the input, and decided.
   *
   * @param copy what to send
   * @param as how it is decided
   */
  record Send(ProducerRecord<byte[], byte[]> copy, Decision.As as) implements Action {}

  /**
   * It is decided, and nothing is sent.
   *
   * @param as how
   */
  record Close(Decision.As as) implements Action {}

  /**
   * It stays open.
   *
   * @param why for people, and to count by
   */
  record Leave(String why) implements Action {}
}
