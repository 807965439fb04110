/** Records as a test writes and reads them, and what may happen to them on their way. */
package dev.onceflow.testkit.record;
