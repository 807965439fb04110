/**
 * What really happened: the input as it stands in the topic, the effects as they stand in tables.
 */
package dev.onceflow.verification.history;
