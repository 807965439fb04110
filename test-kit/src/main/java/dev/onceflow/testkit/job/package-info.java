/** A running job as a test sees it, wherever it runs. Knows {@code record}. */
package dev.onceflow.testkit.job;
