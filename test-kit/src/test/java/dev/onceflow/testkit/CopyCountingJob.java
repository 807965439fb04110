package dev.onceflow.testkit;

import java.util.Map;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The bug: each record counts, however often its event came. */
public final class CopyCountingJob extends TotalsJob {
  @Override
  public Topology build(Map<String, ?> config) {
    return new Topology()
        .addSource("source", new StringDeserializer(), new StringDeserializer(), "amounts")
        .addProcessor("add", Adder::new, "source")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long()),
            "add")
        .addSink("sink", "totals", new StringSerializer(), new LongSerializer(), "add");
  }

  private static final class Adder extends ContextualProcessor<String, String, String, Long> {
    @Override
    public void process(Record<String, String> record) {
      KeyValueStore<String, Long> totals = context().getStateStore(STORE);
      Long before = totals.get(record.key());
      long total = (before == null ? 0 : before) + Long.parseLong(record.value());
      totals.put(record.key(), total);
      context().forward(record.withValue(total));
    }
  }
}
