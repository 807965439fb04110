package dev.onceflow.cli.load.source;

import java.util.Iterator;

/**
 * Payments to load, one {@link Item} per line. Reading it again from the start gives the same items
 * with the same event IDs: that is what makes a second load harmless. {@code next} throws {@link
 * java.io.UncheckedIOException} where the input can't be read on; what was returned before stays
 * valid. For one thread; whoever opened it closes it.
 */
public interface PaymentSource extends Iterator<Item>, AutoCloseable {
  /** Who made the payments: the CloudEvents source, a URI reference. */
  String origin();

  @Override
  void close();
}
