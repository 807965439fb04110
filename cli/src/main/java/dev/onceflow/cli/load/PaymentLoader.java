package dev.onceflow.cli.load;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.PaymentSource;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Loads a source: sends its payments, writes the refused lines to a file, and goes on. When {@link
 * #load} returns, every payment of the source is in the topic; when it throws, a beginning of it
 * may be, and loading the same source again is safe and completes it.
 */
public final class PaymentLoader {
  private static final long PROGRESS_EVERY_NANOS = Duration.ofMillis(500).toNanos();

  /** The clock is asked once in so many lines. */
  private static final int CLOCK_EVERY_LINES = 1024;

  private final Delivery delivery;

  /**
   * @param delivery where payments go; it stays open
   */
  public PaymentLoader(Delivery delivery) {
    this.delivery = delivery;
  }

  /**
   * Loads everything that {@code source} has.
   *
   * @param source what to load; it stays open
   * @param rejectsFile where refused lines go; one from an earlier load is replaced
   * @param progress told twice a second, and once at the end, on this thread
   * @throws UserException if the source can't be read on, or a payment can't be delivered
   */
  public LoadResult load(PaymentSource source, Path rejectsFile, Consumer<LoadProgress> progress) {
    long start = System.nanoTime();
    LoadTally tally = new LoadTally();
    try (RejectsFile rejects = RejectsFile.at(rejectsFile)) {
      long told = start;
      while (source.hasNext()) {
        take(source.origin(), source.next(), tally, rejects);
        if (tally.read() % CLOCK_EVERY_LINES == 0) {
          long now = System.nanoTime();
          if (now - told >= PROGRESS_EVERY_NANOS) {
            told = now;
            progress.accept(tally.progress(delivery.delivered()));
          }
        }
      }
    } catch (UncheckedIOException e) {
      throw new UserException(
          "The input can't be read on after %,d lines: %s. Once it can be, run the same load again: nothing counts twice."
              .formatted(tally.read(), e.getCause().getMessage()),
          e);
    }
    delivery.finish();
    progress.accept(tally.progress(delivery.delivered()));
    return tally.result(
        delivery.delivered(), rejectsFile, Duration.ofNanos(System.nanoTime() - start));
  }

  private void take(String origin, Item item, LoadTally tally, RejectsFile rejects) {
    if (item instanceof Item.Payment payment) {
      delivery.send(origin, payment);
      tally.payment(payment.event());
    } else if (item instanceof Item.Damaged damaged) {
      delivery.send(origin, damaged);
      tally.payment(damaged.event());
    } else if (item instanceof Item.Refused refused) {
      rejects.write(refused);
      tally.refused(refused);
    }
  }
}
