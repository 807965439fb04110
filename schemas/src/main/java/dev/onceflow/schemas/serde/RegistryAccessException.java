package dev.onceflow.schemas.serde;

import org.apache.kafka.common.KafkaException;

/**
 * The schema registry knows who asks and says no (HTTP 401, 403), or what answers at its address is
 * no registry. Asking again would not help, and no record is at fault: a setting must be mended, so
 * it is neither retriable nor a {@link org.apache.kafka.common.errors.SerializationException}, and
 * ends the job instead of sending its records to a dead letter queue.
 */
public final class RegistryAccessException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which registry, what was asked, and which settings to look at; never a secret
   */
  public RegistryAccessException(String message) {
    super(message);
  }
}
