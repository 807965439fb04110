/**
 * Says whether two multisets of rows are equal, and which IDs make the difference, in memory that
 * does not grow with them. Knows neither Kafka nor a database: a row is an ID and bytes.
 */
package dev.onceflow.cli.audit.digest;
