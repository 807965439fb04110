/**
 * {@code onceflow fence}: shows and changes where a sink goes on, in the rows that the sink keeps
 * in its target database. It knows these rows by SQL of its own and nothing of the sink's code.
 */
package dev.onceflow.cli.fence;
