/** Values as bytes that a schema registry's serializer wrote, decoded by the sink itself. */
package dev.onceflow.sink.avro;
