/**
 * From what Connect delivers to database transactions: claims, batches, commits, and what to do
 * when one fails. Knows all packages below the entry package.
 */
package dev.onceflow.sink.batch;
