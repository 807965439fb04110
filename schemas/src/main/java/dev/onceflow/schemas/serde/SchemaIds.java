package dev.onceflow.schemas.serde;

import org.apache.avro.Schema;

/** Whoever writes learns here which ID stands for a schema: by registering it, or by looking. */
@FunctionalInterface
interface SchemaIds {
  /**
   * The ID of a schema under a subject.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if the registry has none
   * @throws RegistryUnavailableException if the registry can't be reached or answers with an error
   * @throws RegistryAccessException if the registry says no to whoever asks
   */
  int id(String subject, Schema schema);
}
