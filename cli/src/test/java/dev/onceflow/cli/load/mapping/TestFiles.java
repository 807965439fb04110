package dev.onceflow.cli.load.mapping;

import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.PaymentSource;
import dev.onceflow.schemas.event.PaymentEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes mappings and inputs, and reads the one through the other. */
final class TestFiles {
  /** A mapping to which tests add what they are about. */
  static final String EVENT =
      """
      event:
        event_id: {id_of: line}
        payment_id: {id_of: line}
        account_id: {column: who}
        merchant_id: {constant: shop}
        kind: {constant: SALE}
        amount_minor: {column: amount}
        currency: {constant: GBP}
        occurred_at: {column: at}
      """;

  static final String COLUMNS =
      """
      source: test
      format: csv
      columns:
        who: text
        amount: decimal
        at: time
      """;

  static final String AT = "2026-01-31T12:00:00Z";

  private final Path directory;

  TestFiles(Path directory) {
    this.directory = directory;
  }

  List<Item> read(String mapping, String input) {
    return read(Mapping.read(write("mapping.yaml", mapping)), write("input", input));
  }

  static List<Item> read(Mapping mapping, Path input) {
    List<Item> items = new ArrayList<>();
    try (PaymentSource source = mapping.open(input)) {
      source.forEachRemaining(items::add);
    }
    return items;
  }

  Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PaymentEvent event(Item item) {
    return ((Item.Payment) item).event();
  }

  static Item.Refused refused(Item item) {
    return (Item.Refused) item;
  }
}
