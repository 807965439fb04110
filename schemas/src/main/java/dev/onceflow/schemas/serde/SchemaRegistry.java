package dev.onceflow.schemas.serde;

import org.apache.avro.Schema;

/**
 * The part of a schema registry that serdes need. Implementations are safe for use by many threads.
 * Each method throws a {@link RegistryUnavailableException} if the registry can't be reached or
 * answers with an error, and a {@link RegistryAccessException} if it says no to whoever asks.
 */
interface SchemaRegistry {
  /**
   * Registers a schema under a subject, or finds it there.
   *
   * @return the schema's ID
   * @throws org.apache.kafka.common.errors.SerializationException if the registry refuses the
   *     schema
   */
  int register(String subject, Schema schema);

  /**
   * Finds a schema under a subject, and registers nothing.
   *
   * @return the schema's ID
   * @throws org.apache.kafka.common.errors.SerializationException if it isn't there
   */
  int find(String subject, Schema schema);

  /**
   * The schema with this ID.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if the registry knows no such ID,
   *     or it isn't a schema of Avro's
   */
  Schema schema(int id);
}
