package dev.onceflow.sink.write;

import dev.onceflow.sink.route.Selection;
import dev.onceflow.sink.route.TargetTemplate;
import dev.onceflow.sink.route.TopicFilter;

/**
 * What the configuration says of one table.
 *
 * @param name what the configuration calls it; the effect's name in the memory of event IDs
 * @param topics whose records it takes
 * @param when which of them
 * @param target the table in the database; for effect sql, none is looked up
 */
public record TableSpec(
    String name, TopicFilter topics, Effect effect, Selection when, TargetTemplate target) {}
