/**
 * What an event is and how it is identified: the generated Avro classes, event IDs, and the
 * CloudEvents headers that carry an event's metadata. Knows nothing of serdes or topics.
 */
package dev.onceflow.schemas.event;
