/**
 * What a task counts and measures, and how it is shown: by Connect's plugin metrics (KIP-877) where
 * the worker has them, and by JMX everywhere. Knows no other package of the sink.
 */
package dev.onceflow.sink.metrics;
