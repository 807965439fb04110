/** What a failure means: retry, isolate the record, or stop. Decided once, by SQLSTATE. */
package dev.onceflow.sink.failure;
