/**
 * The memory of event IDs, for effects whose tables don't say themselves which events they have:
 * verdicts, what is kept for how long, and what is forgotten.
 */
package dev.onceflow.sink.dedupe;
