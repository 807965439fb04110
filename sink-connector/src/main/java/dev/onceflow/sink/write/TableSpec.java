package dev.onceflow.sink.write;

import dev.onceflow.sink.record.Condition;
import java.util.Optional;

/**
 * What the configuration says of one target table.
 *
 * @param topic whose records it takes
 * @param when which of them; empty for all
 */
public record TableSpec(String name, String topic, Effect effect, Optional<Condition> when) {}
