/**
 * What a job is: its topology, its topics and its settings. Knows no server, and nothing of how a
 * job is checked or run.
 */
package dev.onceflow.streams.job;
