/**
 * {@code onceflow chaos}: options, the schedule that a seed gives, and the run: load, faults one by
 * one or several at once, and the judgement of what stands in the end. Above all other packages.
 */
package dev.onceflow.verification.chaos;
