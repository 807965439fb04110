/**
 * {@code onceflow up}: the whole payments pipeline on this machine, from input to tables, watched
 * while it runs and audited when the input is done.
 */
package dev.onceflow.local.up;
