/**
 * What really happened: what stands in topics, tables and stores after a run, what the brokers say
 * of it, and what readers saw during it. Tells the checker, judges nothing.
 */
package dev.onceflow.verification.history;
