/** How long an audit takes, in how much memory, and whether it finds what was done to a table. */
package dev.onceflow.benchmarks.audit;
