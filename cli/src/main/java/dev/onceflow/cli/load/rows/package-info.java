/**
 * Files as lines of named cells: CSV and JSON lines, plain or gzipped. Knows nothing of payments.
 */
package dev.onceflow.cli.load.rows;
