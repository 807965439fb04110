package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * The headers of Connect's dead letter queue (KIP-298, {@code
 * errors.deadletterqueue.context.headers.enable}), and the reason that our sink puts at the end of
 * the message.
 */
final class ConnectErrors {
  /** All of them begin so. */
  static final String PREFIX = "__connect.errors.";

  static final String TOPIC = PREFIX + "topic";
  static final String PARTITION = PREFIX + "partition";
  static final String OFFSET = PREFIX + "offset";
  static final String CONNECTOR = PREFIX + "connector.name";
  static final String TASK = PREFIX + "task.id";
  static final String STAGE = PREFIX + "stage";
  static final String MESSAGE = PREFIX + "exception.message";
  static final String EXCEPTION = PREFIX + "exception.class.name";

  /** Where tasks get records: the stage of what they report. */
  static final String TASK_PUT = "TASK_PUT";

  private static final String REASON_BEGINS = "onceflow:{";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ConnectErrors() {}

  static String code(SetAsideRecord record) {
    return ours(record, "reason")
        .or(() -> record.text(EXCEPTION).map(name -> name.substring(name.lastIndexOf('.') + 1)))
        .filter(code -> !code.isBlank())
        .orElse(SetAsideRecord.UNKNOWN);
  }

  /** A part of the reason that our sink gives, such as {@code table}. */
  static Optional<String> ours(SetAsideRecord record, String part) {
    return record.text(MESSAGE).flatMap(message -> ours(message, part));
  }

  private static Optional<String> ours(String message, String part) {
    int begins = message.lastIndexOf(REASON_BEGINS);
    if (begins < 0) {
      return Optional.empty();
    }
    try {
      JsonNode found =
          JSON.readTree(message.substring(begins + REASON_BEGINS.length() - 1)).path(part);
      return found.isTextual() ? Optional.of(found.textValue()) : Optional.empty();
    } catch (JsonProcessingException cutOff) {
      return Optional.empty();
    }
  }
}
