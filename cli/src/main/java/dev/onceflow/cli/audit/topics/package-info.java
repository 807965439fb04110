/**
 * Audits the payments job topic against topic: what became of every input record below the cut that
 * the job has committed.
 */
package dev.onceflow.cli.audit.topics;
