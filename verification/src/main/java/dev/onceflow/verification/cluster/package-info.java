/**
 * Everything that runs in a chaos run: brokers, jobs, Connect workers, database and registry as
 * processes of this machine, who of them is held down by a fault, and how far records have come.
 * Knows no fault and no schedule.
 */
package dev.onceflow.verification.cluster;
