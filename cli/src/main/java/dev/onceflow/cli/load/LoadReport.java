package dev.onceflow.cli.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.load.sample.SampleCounts;
import dev.onceflow.cli.load.sample.Sort;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a load did, for people and for programs.
 *
 * @param input what was loaded
 * @param result what the load did
 * @param expected what a generator put in, or null for a file
 */
record LoadReport(String input, LoadResult result, SampleCounts expected) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Made-up payments hold copies on purpose, so their totals would say nothing. */
  private static final List<LoadResult.Total> NONE = List.of();

  String text() {
    List<String> lines = new ArrayList<>();
    double seconds = result.elapsed().toNanos() / 1e9;
    lines.add(
        "%s: %,d lines read in %.1f s (%,.0f lines/s)"
            .formatted(input, result.read(), seconds, result.read() / seconds));
    lines.add("  %,12d payments".formatted(result.mapped()));
    lines.add("  %,12d sent".formatted(result.sent()));
    lines.add("  %,12d lines rejected".formatted(result.rejected()));
    result
        .reasons()
        .forEach((reason, count) -> lines.add("  %,12d   %s".formatted(count, reason.label())));
    if (result.rejected() > 0) {
      lines.add("  rejected lines: %s".formatted(result.rejectsFile()));
    }
    for (LoadResult.Total total : expected == null ? result.totals() : NONE) {
      lines.add(
          "  %-9s %s %,12d payments, %s"
              .formatted(total.kind(), total.currency(), total.payments(), major(total)));
    }
    if (expected != null) {
      lines.add(
          "Put in, so to be expected of a first load (%,d came late):".formatted(expected.late()));
      expected
          .outcomes()
          .forEach(
              (outcome, count) ->
                  lines.add("  %,12d %-12s%s".formatted(count, key(outcome), sorts(outcome))));
    }
    return String.join("\n", lines) + "\n";
  }

  private String sorts(Sort.Outcome outcome) {
    return expected.sorts().entrySet().stream()
        .filter(sort -> sort.getKey().outcome() == outcome)
        .map(sort -> "%s %,d".formatted(key(sort.getKey()), sort.getValue()))
        .collect(Collectors.joining(", "));
  }

  // A made-up currency has no decimal places: the sum is shown as it is.
  private static String major(LoadResult.Total total) {
    int places =
        Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getCurrencyCode().equals(total.currency()))
            .mapToInt(Currency::getDefaultFractionDigits)
            .findFirst()
            .orElse(0);
    return "%,.{}f"
        .replace("{}", Integer.toString(Math.max(0, places)))
        .formatted(BigDecimal.valueOf(total.amountMinor(), Math.max(0, places)));
  }

  String json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("input", input)
        .put("read", result.read())
        .put("mapped", result.mapped())
        .put("sent", result.sent())
        .put("rejected", result.rejected())
        .put("rejects_file", result.rejected() == 0 ? null : result.rejectsFile().toString())
        .put("elapsed_ms", result.elapsed().toMillis());
    ObjectNode reasons = json.putObject("reasons");
    result.reasons().forEach((reason, count) -> reasons.put(key(reason), count));
    for (LoadResult.Total total : result.totals()) {
      json.withArray("totals")
          .addObject()
          .put("kind", total.kind().name())
          .put("currency", total.currency())
          .put("payments", total.payments())
          .put("amount_minor", total.amountMinor());
    }
    if (expected != null) {
      ObjectNode first = json.putObject("expected_of_first_load");
      expected.outcomes().forEach((outcome, count) -> first.put(key(outcome), count));
      ObjectNode sorts = json.putObject("put_in");
      expected.sorts().forEach((sort, count) -> sorts.put(key(sort), count));
      sorts.put("late", expected.late());
    }
    return json.toPrettyString() + "\n";
  }

  private static String key(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
