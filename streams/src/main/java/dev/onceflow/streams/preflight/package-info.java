/**
 * The checks that stand between a configuration and a job that only seems to be exactly-once. Asks
 * brokers and disks, changes nothing, and starts nothing.
 */
package dev.onceflow.streams.preflight;
