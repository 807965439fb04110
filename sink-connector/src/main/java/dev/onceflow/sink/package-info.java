/** The three classes that Kafka Connect sees; everything else lies in the packages below. */
package dev.onceflow.sink;
