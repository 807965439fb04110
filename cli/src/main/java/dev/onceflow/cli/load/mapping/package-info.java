/**
 * How a file's columns become payment events: the mapping file, checked as a whole before anything
 * is read, and the source that reads a file through it. Knows rows and sources, not Kafka.
 */
package dev.onceflow.cli.load.mapping;
