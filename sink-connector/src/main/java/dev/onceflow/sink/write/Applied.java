package dev.onceflow.sink.write;

/**
 * What became of one table's rows of a batch.
 *
 * @param table as it is named in the configuration
 * @param effect its effect's name there
 * @param rows how many took effect; of an upsert, those that were older than their row, too
 * @param duplicates how many were known already
 */
public record Applied(String table, String effect, long rows, long duplicates) {}
