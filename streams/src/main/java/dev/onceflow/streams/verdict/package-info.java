/**
 * What became of each input record, and the counts of it that are committed with its effects. Knows
 * nothing of how a record is decided.
 */
package dev.onceflow.streams.verdict;
