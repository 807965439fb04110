package dev.onceflow.sink.avro;

import org.apache.avro.Schema;

/** Where writers' schemas come from. */
interface SchemaSource {
  /**
   * The schema with an ID.
   *
   * @throws dev.onceflow.sink.failure.TroubleException where it can't be asked for now
   * @throws UnknownSchemaException where there is none, or none that can be used
   */
  Schema schema(int id);
}
