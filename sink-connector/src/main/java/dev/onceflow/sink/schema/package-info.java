/**
 * Whether a target table can hold the records' schemas, and what has to change where it can't: a
 * pure plan, and the database transaction that carries it out. Knows the catalogue and records, and
 * nothing of effects, fences or batches.
 */
package dev.onceflow.sink.schema;
