/**
 * The job measured: what exactly-once costs, what dedupe costs, where the time goes, how long an
 * event takes.
 */
package dev.onceflow.benchmarks.job;
