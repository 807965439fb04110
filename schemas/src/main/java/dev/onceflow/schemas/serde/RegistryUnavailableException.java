package dev.onceflow.schemas.serde;

import org.apache.kafka.common.errors.RetriableException;

/**
 * The schema registry could not answer. It says nothing about the record, which must be retried and
 * never be sent to a dead letter queue for it.
 */
public final class RegistryUnavailableException extends RetriableException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which registry, and what was asked
   * @param cause the failure, or null where the registry answered with an error
   */
  public RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
