/** Another sink's connector replaced by ours, on a running topic and table. */
package dev.onceflow.benchmarks.adoption;
