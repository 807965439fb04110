package dev.onceflow.cli.load;

import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.Reason;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what a load meets. Sums are exact: one that leaves 64 bits fails the load. */
final class LoadTally {
  private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
  private final Map<PaymentKind, Map<String, long[]>> totals = new EnumMap<>(PaymentKind.class);
  private long mapped;
  private long rejected;

  void payment(PaymentEvent event) {
    mapped++;
    long[] total =
        totals
            .computeIfAbsent(event.getKind(), kind -> new TreeMap<>())
            .computeIfAbsent(event.getCurrency(), currency -> new long[2]);
    total[0]++;
    total[1] = Math.addExact(total[1], event.getAmountMinor());
  }

  void refused(Item.Refused refused) {
    rejected++;
    reasons.merge(refused.reason(), 1L, Long::sum);
  }

  long read() {
    return mapped + rejected;
  }

  LoadProgress progress(long sent) {
    return new LoadProgress(read(), sent, rejected);
  }

  LoadResult result(long sent, Path rejectsFile, Duration elapsed) {
    List<LoadResult.Total> flat = new ArrayList<>();
    totals.forEach(
        (kind, byCurrency) ->
            byCurrency.forEach(
                (currency, total) ->
                    flat.add(new LoadResult.Total(kind, currency, total[0], total[1]))));
    return new LoadResult(
        read(), mapped, sent, rejected, new EnumMap<>(reasons), flat, rejectsFile, elapsed);
  }
}
