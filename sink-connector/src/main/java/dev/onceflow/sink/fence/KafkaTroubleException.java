package dev.onceflow.sink.fence;

/** Kafka can't say now what the sink must know; the same question may be answered later. */
public final class KafkaTroubleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With Kafka's reason. */
  public KafkaTroubleException(Throwable cause) {
    super("Kafka can't say what its topics hold: " + cause.getMessage(), cause);
  }
}
