/**
 * The whole payments pipeline under test, from Kafka to the database: in containers where Docker is
 * there, as processes on this machine where it is not. Knows Testcontainers; nothing else here
 * does.
 */
package dev.onceflow.testkit.pipeline;
