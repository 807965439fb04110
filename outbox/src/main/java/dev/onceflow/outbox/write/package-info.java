/**
 * What a business transaction uses: {@link dev.onceflow.outbox.write.Outbox} enqueues events on the
 * caller's own connection. Knows JDBC and no broker.
 */
package dev.onceflow.outbox.write;
