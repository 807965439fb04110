package dev.onceflow.schemas.serde;

import dev.onceflow.schemas.event.PaymentEvent;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro 1.12.2 makes no class that a schema names unless it is trusted. This adds the generated
 * contracts to whatever the JVM's own settings trust already, once, for every serializer in this
 * JVM that uses Avro, Confluent's too.
 */
final class TrustedContracts {
  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(),
            type -> type.getPackage() == PaymentEvent.class.getPackage()));
  }

  private TrustedContracts() {}

  /** Loading this class does it; calling this makes sure that it is loaded. */
  static void ensure() {}
}
