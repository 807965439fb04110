package dev.onceflow.topology;

import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.streams.route.Coordinates;
import dev.onceflow.topology.payments.DailyTotals;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Adds a merchant's entry to the total of its day and sends the new total on. Total, output and
 * offset are committed in one Kafka transaction.
 *
 * <p>It finds every entry of a total without a repartition: a total is of one merchant and one
 * currency, so all its entries are of one account, {@code merchant:ID:CURRENCY}; the account is the
 * entries' key, so they lie in one partition, and its task alone has the total's store. A total by
 * anything that spans accounts could not be made here.
 */
final class AddUpDailyTotals
    extends ContextualProcessor<String, LedgerEntry, String, MerchantDailyTotal> {
  private final String storeName;
  private KeyValueStore<String, MerchantDailyTotal> totals;

  AddUpDailyTotals(String storeName) {
    this.storeName = storeName;
  }

  @Override
  public void init(ProcessorContext<String, MerchantDailyTotal> context) {
    super.init(context);
    totals = context.getStateStore(storeName);
  }

  @Override
  public void process(Record<String, LedgerEntry> record) {
    LedgerEntry entry = record.value();
    String key = DailyTotals.key(entry);
    MerchantDailyTotal total = DailyTotals.plus(totals.get(key), entry);
    Headers headers = headers(total);
    totals.put(key, total);
    context().forward(record.withKey(key).withValue(total).withHeaders(headers));
  }

  private Headers headers(MerchantDailyTotal total) {
    RecordMetadata at =
        context()
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a total is made by an entry"));
    String id =
        EventIds.derive(total.getLastEntryId(), "daily-total", total.getUpdatedAt().toEpochMilli())
            .toString();
    return DerivedHeaders.MERCHANT_DAILY_TOTAL.of(
        id, total.getUpdatedAt(), new Coordinates(at.topic(), at.partition(), at.offset()));
  }
}
