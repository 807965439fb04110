/**
 * Measurements by command, beside peers and limits in one run. Knows local and what is below it.
 */
package dev.onceflow.benchmarks;
