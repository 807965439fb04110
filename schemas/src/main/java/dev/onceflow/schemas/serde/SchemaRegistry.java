package dev.onceflow.schemas.serde;

import org.apache.avro.Schema;

/**
 * The part of a schema registry that serdes need. Implementations are safe for use by many threads.
 */
interface SchemaRegistry {
  /**
   * Registers a schema under a subject, or finds it there.
   *
   * @return the schema's ID
   * @throws org.apache.kafka.common.errors.SerializationException if the registry refuses the
   *     schema
   * @throws RegistryUnavailableException if the registry can't be reached or answers with an error
   */
  int register(String subject, Schema schema);

  /**
   * The schema with this ID.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if the registry knows no such ID
   * @throws RegistryUnavailableException if the registry can't be reached or answers with an error
   */
  Schema schema(int id);
}
