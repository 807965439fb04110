/**
 * What an operator sees of a running job: whether it lives and works, what it counts, what its
 * state holds. Changes nothing that the job does.
 */
package dev.onceflow.streams.observe;
