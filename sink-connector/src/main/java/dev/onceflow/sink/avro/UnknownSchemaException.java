package dev.onceflow.sink.avro;

/** No schema that can be used has that ID. */
final class UnknownSchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(String message) {
    super(message, null, false, false);
  }
}
