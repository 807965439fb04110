package dev.onceflow.cli.dlq;

import picocli.CommandLine.Parameters;

/** Which topic. */
final class TopicOptions {
  @Parameters(
      index = "0",
      paramLabel = "TOPIC",
      description = "The dead letter or quarantine topic, such as payments-dlq.")
  private String topic;

  String topic() {
    return topic;
  }
}
