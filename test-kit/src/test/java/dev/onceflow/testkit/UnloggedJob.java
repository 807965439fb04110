package dev.onceflow.testkit;

import dev.onceflow.streams.graph.EventGraph;
import java.util.Map;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.Stores;

/** The bug: the store of the totals has no changelog. */
public final class UnloggedJob extends TotalsJob {
  @Override
  protected EventGraph<Long> graph() {
    return EventGraph.reading("amounts", () -> TotalsJob::decode)
        .output("totals", Map.of(), new StringSerializer(), new LongSerializer())
        .store(
            Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long())
                .withLoggingDisabled());
  }
}
