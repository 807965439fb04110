/**
 * Avro on Kafka in Confluent's wire format, against any registry that speaks Confluent's REST API.
 * The classes that do it are chosen by configuration, so that Confluent's own can take their place.
 */
package dev.onceflow.schemas.serde;
