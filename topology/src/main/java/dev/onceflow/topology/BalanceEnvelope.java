package dev.onceflow.topology;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.streams.route.Coordinates;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Gives a balance the headers of its own, in place of those of the entry that made it. */
final class BalanceEnvelope
    extends ContextualFixedKeyProcessor<String, AccountBalance, AccountBalance> {
  @Override
  public void process(FixedKeyRecord<String, AccountBalance> record) {
    AccountBalance balance = record.value();
    // A balance leaves the cache when the task commits, under the coordinates of its last entry.
    RecordMetadata at =
        context()
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a balance is made by an entry"));
    String id =
        EventIds.derive(balance.getLastEntryId(), "balance", balance.getUpdatedAt().toEpochMilli())
            .toString();
    context()
        .forward(
            record.withHeaders(
                DerivedHeaders.ACCOUNT_BALANCE.of(
                    id,
                    balance.getUpdatedAt(),
                    new Coordinates(at.topic(), at.partition(), at.offset()))));
  }
}
