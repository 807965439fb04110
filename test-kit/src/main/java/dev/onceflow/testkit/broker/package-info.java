/** A job as a child process on a real broker, which is one too. */
package dev.onceflow.testkit.broker;
