package dev.onceflow.sink.write;

import dev.onceflow.sink.schema.ColumnNaming;
import dev.onceflow.sink.schema.Evolution;

/** How tables follow the schemas of their records. */
public record Evolving(Evolution evolution, ColumnNaming naming) {}
