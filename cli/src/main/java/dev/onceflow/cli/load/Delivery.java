package dev.onceflow.cli.load;

import dev.onceflow.cli.load.source.Item;

/** Where a load's payments go. For one thread; whoever opened it closes it. */
public interface Delivery extends AutoCloseable {
  /** Takes a payment. It may return before the payment is delivered. */
  void send(String origin, Item.Payment payment);

  /** Takes a payment whose bytes are damaged on the way. */
  void send(String origin, Item.Damaged damaged);

  /** Waits until everything taken is delivered. */
  void finish();

  /** How many are delivered so far. */
  long delivered();

  @Override
  void close();

  /** A delivery that sends nothing: everything else of a load happens. */
  static Delivery none() {
    return new Delivery() {
      @Override
      public void send(String origin, Item.Payment payment) {}

      @Override
      public void send(String origin, Item.Damaged damaged) {}

      @Override
      public void finish() {}

      @Override
      public long delivered() {
        return 0;
      }

      @Override
      public void close() {}
    };
  }
}
