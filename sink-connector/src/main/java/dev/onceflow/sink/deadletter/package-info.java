/**
 * Records that can't be stored: why, in words and in parts, and the table of the target database in
 * which they are kept. It knows records and PostgreSQL, and nothing of fences and batches.
 */
package dev.onceflow.sink.deadletter;
