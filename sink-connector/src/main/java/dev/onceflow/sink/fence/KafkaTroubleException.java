package dev.onceflow.sink.fence;

import dev.onceflow.sink.failure.TroubleException;

/** Kafka can't say now what the sink must know. */
public final class KafkaTroubleException extends TroubleException {
  private static final long serialVersionUID = 1L;

  /** With Kafka's reason. */
  public KafkaTroubleException(Throwable cause) {
    super("Kafka can't say what its topics hold: " + cause.getMessage(), cause);
  }
}
