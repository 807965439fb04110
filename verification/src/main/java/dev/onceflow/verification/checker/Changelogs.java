package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.VerdictCounts;
import java.nio.ByteBuffer;

/**
 * What the job has committed to the changelogs of its stores.
 *
 * @param memory 16 bytes of an event ID to 17 of what was decided (decision 11)
 */
public record Changelogs(
    Log<KeyedRecord<String, PaymentState>> states,
    Log<KeyedRecord<String, AccountBalance>> balances,
    Log<KeyedRecord<String, MerchantDailyTotal>> totals,
    Log<KeyedRecord<Integer, VerdictCounts>> verdicts,
    Log<KeyedRecord<ByteBuffer, ByteBuffer>> memory) {}
