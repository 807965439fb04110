/**
 * The usual graph of a job that decides each event once, put together from {@code route}, {@code
 * dedupe} and {@code verdict}. A job that needs another one puts these nodes together itself.
 */
package dev.onceflow.streams.graph;
