/**
 * What really happened: the input as it stands in the topic, the effects as they stand in topics
 * and tables.
 */
package dev.onceflow.verification.history;
