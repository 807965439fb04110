/**
 * Faults: one class for each kind, which strikes, proves by what can be observed that it bit, and
 * ends. Knows the cluster, but no schedule, and not what is judged in the end.
 */
package dev.onceflow.verification.nemesis;
