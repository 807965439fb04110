package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import java.util.Map;

/**
 * What the target database holds, all of one snapshot.
 *
 * @param entries every row of the ledger, in the form of the record that it was made of
 * @param balances every account's row
 * @param days every row of the merchants' daily totals
 * @param fences by topic and partition ({@code topic-partition}), the next offset to apply; empty
 *     where the sink has no fence
 */
public record Tables(
    Log<LedgerEntry> entries,
    Log<AccountBalance> balances,
    Log<DailySum> days,
    Map<String, Long> fences) {}
