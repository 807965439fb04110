/**
 * The load: made-up payments that are functions of a seed and a position, and the writer that sends
 * them at a rate. Knows the contracts and a Kafka producer, and nothing of the job.
 */
package dev.onceflow.verification.workload;
