/** From a sink record to a row, or to the reason why there is none. Knows no effects. */
package dev.onceflow.sink.record;
