package dev.onceflow.local.up;

import dev.onceflow.cli.load.KafkaDelivery;
import dev.onceflow.cli.load.LoadResult;
import dev.onceflow.cli.load.PaymentLoader;
import dev.onceflow.cli.load.mapping.Mapping;
import dev.onceflow.cli.load.sample.SampleEvents;
import dev.onceflow.cli.load.source.PaymentSource;
import dev.onceflow.cli.load.source.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** What to load: a file through a mapping, or a generated sample. */
final class InputOptions {
  private static final long SAMPLE_EVENTS = 100_000;
  private static final long SAMPLE_SEED = 1;

  @Option(
      names = "--events",
      paramLabel = "N",
      description =
          "How many payment events the generated sample has, 0 for none. Default: 100000.")
  private Long events;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed makes the same sample, with the same event IDs. Default: 1.")
  private Long seed;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "A CSV or JSON-lines file, also gzipped, in place of the sample.")
  private Path input;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description = "How the file's columns become payment events; see examples/.")
  private Path mapping;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Where refused lines go. Default: rejects.csv in the data folder.")
  private Path rejects;

  /** What is wrong with the options together, if anything. */
  Optional<String> problem() {
    if (input != null && mapping == null) {
      return Optional.of("--input needs --mapping; examples/online-retail.yaml is one.");
    }
    if (input == null && mapping != null) {
      return Optional.of("--mapping needs --input, the file to map.");
    }
    if (input != null && (events != null || seed != null)) {
      return Optional.of("--events and --seed make a sample; leave them out with --input.");
    }
    if (events != null && events < 0) {
      return Optional.of("--events is " + events + ", but must be 0 or more.");
    }
    for (Path file : new Path[] {input, mapping}) {
      if (file != null && !Files.isReadable(file)) {
        return Optional.of(file + " can't be read.");
      }
    }
    return Optional.empty();
  }

  String name() {
    return input != null
        ? input.getFileName() + " through " + mapping.getFileName()
        : String.format("a sample of %,d events, seed %d", sampleEvents(), sampleSeed());
  }

  /** Reads a mapping, so that what is wrong with it is said before any server is started. */
  Supplier<PaymentSource> source() {
    if (input == null) {
      return () -> new SampleEvents(sampleEvents(), sampleSeed());
    }
    Mapping checked = Mapping.read(mapping);
    return () -> checked.open(input);
  }

  Summary.Input load(
      PaymentsPipeline pipeline, Supplier<PaymentSource> sources, Path folder, LongConsumer sent) {
    Path rejectsFile = rejects == null ? folder.resolve("rejects.csv") : rejects;
    try (PaymentSource source = sources.get();
        KafkaDelivery delivery = KafkaDelivery.open(pipeline.clientConfig())) {
      LoadResult result =
          new PaymentLoader(delivery)
              .load(source, rejectsFile, progress -> sent.accept(progress.sent()));
      return new Summary.Input(
          name(),
          result.read(),
          result.sent(),
          result.rejected(),
          byReason(result.reasons()),
          result.rejected() > 0 ? rejectsFile.toString() : null);
    }
  }

  private static Map<String, Long> byReason(Map<Reason, Long> reasons) {
    Map<String, Long> named = new LinkedHashMap<>();
    reasons.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(each -> named.put(each.getKey().label(), each.getValue()));
    return named;
  }

  private long sampleEvents() {
    return events == null ? SAMPLE_EVENTS : events;
  }

  private long sampleSeed() {
    return seed == null ? SAMPLE_SEED : seed;
  }
}
