package dev.onceflow.benchmarks.replay;

import dev.onceflow.cli.load.mapping.Mapping;
import dev.onceflow.cli.load.sample.SampleEvents;
import dev.onceflow.cli.load.source.PaymentSource;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where payments come from.
 *
 * @param file CSV or JSON lines, and how its columns become payments; empty for a made-up stream
 * @param events how many are sent before anything is lost; more follow while it is mended
 * @param seed of the made-up stream, and of what is lost and killed
 */
public record Input(Optional<MappedFile> file, long events, long seed) {
  /** A file and its mapping. */
  public record MappedFile(Path file, Path mapping) {}

  /** What is made up lasts for this many times the events. */
  private static final long MADE_UP = 5;

  PaymentSource open() {
    return file.map(each -> Mapping.read(each.mapping()).open(each.file()))
        .orElseGet(() -> new SampleEvents(events * MADE_UP, seed));
  }
}
