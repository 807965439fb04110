/**
 * {@code onceflow replay}: runs a range of a topic through a sink again, with a plan, a limit, an
 * end and a report. Knows the sink by its configuration and its tables, and Connect by its REST
 * API; nothing of the sink's code.
 */
package dev.onceflow.cli.replay;
