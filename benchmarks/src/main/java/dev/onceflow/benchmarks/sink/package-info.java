/** The sink connector measured beside another one: same topic, converter, table and server. */
package dev.onceflow.benchmarks.sink;
