package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.RejectedPayment;

/** What the job has committed to its topics. */
public record Outputs(
    Log<OutputRecord<LedgerEntry>> entries,
    Log<OutputRecord<AccountBalance>> balances,
    Log<OutputRecord<MerchantDailyTotal>> totals,
    Log<OutputRecord<RejectedPayment>> rejected,
    Log<OutputRecord<byte[]>> quarantine,
    Log<OutputRecord<byte[]>> dlq) {}
