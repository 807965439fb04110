/**
 * What publishes: reads committed events in the order of their keys' commits. Knows nothing of who
 * enqueues them but the tables.
 */
package dev.onceflow.outbox.relay;
