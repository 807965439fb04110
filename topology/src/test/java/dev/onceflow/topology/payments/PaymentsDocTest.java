package dev.onceflow.topology.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/payments.md is what the table says. To write it anew: {@code mvn test -pl schemas,streams,
 * topology -Dtest=PaymentsDocTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Donceflow.docs.write=true}.
 */
class PaymentsDocTest {
  private static final Path PAGE = Path.of("..", "docs", "payments.md");
  private static final String HEAD =
      """
      # What a payment allows

      Generated from the table that the payments job runs (`PaymentTable`); a test fails when it is stale.

      An event meets its payment in a state. It moves the payment on (**bold**: the state that follows), or it is rejected: it goes to `payments-rejected` with the `rule` and the state that it met, and the payment stays as it is.

      """;
  private static final String GUARDS =
      """
      ## What must hold first

      In this order; the first guard that doesn't hold rejects the event by its rule. The sums of a payment are what was authorised, captured and refunded so far, in minor units.

      """;
  private static final String LIMITS =
      """

      ## Limits

      - An event's amount is 1 to AMOUNT_MAX minor units; what is outside is no payment event and goes to `payments-dlq`. A payment is authorised once, so this is also the most that all captures, and all refunds, of one payment can come to.
      - A payment has one currency of ISO 4217, one with a minor unit. Amounts count minor units, whatever they are to the major one: 100 to the pound, 1 to the yen, 1,000 to the dinar of Bahrain.
      - Captures and refunds may be partial and as many as the sums allow.
      - A VOID releases the authorisation whole, whatever amount it names.
      """;

  @Test
  void pageIsWhatTheTableSays() throws IOException {
    String page = page(PaymentTable.PAYMENTS);
    if (Boolean.getBoolean("onceflow.docs.write")) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  @Test
  void anotherTableIsAnotherPage() {
    List<PaymentTable.Line> lines = new ArrayList<>(PaymentTable.PAYMENTS.lines());
    lines.replaceAll(
        line ->
            line.guards().isEmpty()
                ? line
                : new PaymentTable.Line(line.state(), line.kind(), List.of(), line.outcome()));

    assertThat(page(new PaymentTable(lines))).isNotEqualTo(page(PaymentTable.PAYMENTS));
  }

  private static String page(PaymentTable table) {
    return HEAD
        + matrix(table)
        + GUARDS
        + guarded(table)
        + rules()
        + LIMITS.replace(
            "AMOUNT_MAX", String.format(Locale.ROOT, "%,d", Validation.AMOUNT_MINOR_MAX));
  }

  private static String matrix(PaymentTable table) {
    StringBuilder page = new StringBuilder("| state |");
    for (PaymentKind kind : PaymentKind.values()) {
      page.append(" %s |".formatted(kind));
    }
    page.append("\n|").append(" --- |".repeat(PaymentKind.values().length + 1)).append('\n');
    for (PaymentStatus state : PaymentStatus.values()) {
      page.append("| %s |".formatted(state));
      for (PaymentKind kind : PaymentKind.values()) {
        page.append(" %s |".formatted(outcome(table.line(state, kind))));
      }
      page.append('\n');
    }
    return page.append('\n').toString();
  }

  private static String guarded(PaymentTable table) {
    StringBuilder page =
        new StringBuilder("| state | event | guards | then | sums |\n|")
            .append(" --- |".repeat(5))
            .append('\n');
    for (PaymentTable.Line line : table.lines()) {
      String sums = sums(line);
      if (!line.guards().isEmpty() || !sums.isEmpty()) {
        page.append(
            "| %s | %s | %s | %s | %s |\n"
                .formatted(
                    line.state(),
                    line.kind(),
                    line.guards().stream().map(PaymentsDocTest::rulesOf).collect(joined()),
                    outcome(line),
                    sums));
      }
    }
    return page.toString();
  }

  private static String rules() {
    StringBuilder page =
        new StringBuilder("\n## The rules\n\n| rule | meaning |\n|")
            .append(" --- |".repeat(2))
            .append('\n');
    for (Rule rule : Rule.values()) {
      page.append("| `%s` | %s |\n".formatted(rule.text(), rule.meaning()));
    }
    return page.toString();
  }

  private static String rulesOf(Guard guard) {
    return guard.rules().stream().map(rule -> "`" + rule.text() + "`").collect(joined());
  }

  private static String outcome(PaymentTable.Line line) {
    return line.outcome() instanceof PaymentTable.Outcome.Move move
        ? "**" + move.next() + "**"
        : "`" + ((PaymentTable.Outcome.Refusal) line.outcome()).rule().text() + "`";
  }

  private static String sums(PaymentTable.Line line) {
    if (!(line.outcome() instanceof PaymentTable.Outcome.Move move)) {
      return "";
    }
    return Stream.of(
            move.change().authorized(1) == 0 ? "" : "authorised + amount",
            move.change().captured(1) == 0 ? "" : "captured + amount",
            move.change().refunded(1) == 0 ? "" : "refunded + amount")
        .filter(sum -> !sum.isEmpty())
        .collect(joined());
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(", ");
  }
}
