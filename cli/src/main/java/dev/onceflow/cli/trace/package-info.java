/**
 * {@code onceflow trace}: the story of one event, as topics, the job's memory and the target
 * database tell it. It reads only, and knows the sink's tables by SQL of its own.
 */
package dev.onceflow.cli.trace;
