package dev.onceflow.cli.dlq;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which records of the topic. Each option may be given several times; records must fit all. */
final class FilterOptions {
  @Option(
      names = "--code",
      paramLabel = "CODE",
      description = "With this reason code (onceflow_reason), such as unreadable.")
  private Set<String> codes = new LinkedHashSet<>();

  @Option(
      names = "--operator",
      paramLabel = "NAME",
      description = "Set aside by this operator: parse, dedupe, or Connect's stage.")
  private Set<String> operators = new LinkedHashSet<>();

  @Option(
      names = "--application",
      paramLabel = "ID",
      description = "Set aside by this application.id or connector.")
  private Set<String> applications = new LinkedHashSet<>();

  @Option(
      names = "--partition",
      paramLabel = "P",
      description = "Read from this partition of the input.")
  private Set<Integer> partitions = new LinkedHashSet<>();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "First set aside then or later, such as 2026-11-21T08:00:00Z.")
  private Optional<Instant> from = Optional.empty();

  @Option(names = "--to", paramLabel = "TIME", description = "First set aside before that.")
  private Optional<Instant> to = Optional.empty();

  @Option(names = "--event-id", paramLabel = "ID", description = "With this ID in header ce_id.")
  private Set<String> eventIds = new LinkedHashSet<>();

  @Option(names = "--key", paramLabel = "TEXT", description = "With this key, as text.")
  private Set<String> keys = new LinkedHashSet<>();

  @Option(
      names = "--at",
      paramLabel = "PARTITION:OFFSET",
      converter = PlaceConverter.class,
      description =
          "At this place in the topic itself, as 'show' prints it; with --sink in the input.")
  private Set<Place> places = new LinkedHashSet<>();

  Filter filter() {
    return new Filter(
        codes,
        operators,
        applications,
        partitions,
        new HashSet<>(places),
        eventIds,
        keys,
        from,
        to);
  }

  /** For picocli. */
  static final class PlaceConverter implements ITypeConverter<Place> {
    @Override
    public Place convert(String text) {
      try {
        return Place.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
