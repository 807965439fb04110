package dev.onceflow.cli.dlq;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which records are meant: those that fit all that is given.
 *
 * @param codes reason codes; empty for all
 * @param operators empty for all
 * @param applications empty for all
 * @param partitions of the input; empty for all
 * @param places in the dead letter topic itself, or of rows; without a row, all that have the
 *     offset; empty for all
 * @param eventIds empty for all
 * @param keys empty for all
 * @param from set aside for the first time then or later
 * @param to set aside for the first time before that
 */
record Filter(
    Set<String> codes,
    Set<String> operators,
    Set<String> applications,
    Set<Integer> partitions,
    Set<Place> places,
    Set<String> eventIds,
    Set<String> keys,
    Optional<Instant> from,
    Optional<Instant> to) {
  /** Takes no record: none lies there. */
  static final Filter NONE = at(Set.of(new Place(-1, -1)));

  /** Copies. */
  Filter {
    codes = Set.copyOf(codes);
    operators = Set.copyOf(operators);
    applications = Set.copyOf(applications);
    partitions = Set.copyOf(partitions);
    places = Set.copyOf(places);
    eventIds = Set.copyOf(eventIds);
    keys = Set.copyOf(keys);
  }

  /** Takes the records at these places. */
  static Filter at(Set<Place> places) {
    return new Filter(
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        places,
        Set.of(),
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether it takes every record. */
  boolean isEmpty() {
    return codes.isEmpty()
        && operators.isEmpty()
        && applications.isEmpty()
        && partitions.isEmpty()
        && places.isEmpty()
        && eventIds.isEmpty()
        && keys.isEmpty()
        && from.isEmpty()
        && to.isEmpty();
  }

  boolean takes(SetAsideRecord record) {
    Place place = Place.of(record);
    return (fits(places, place) || places.contains(place.withoutRow()))
        && fits(codes, record.code())
        && fits(operators, record.operator())
        && fits(applications, record.application())
        && (partitions.isEmpty()
            || record.origin().filter(at -> partitions.contains(at.partition())).isPresent())
        && (eventIds.isEmpty() || record.eventId().filter(eventIds::contains).isPresent())
        && (keys.isEmpty() || key(record).filter(keys::contains).isPresent())
        && from.map(time -> !record.firstFailed().isBefore(time)).orElse(true)
        && to.map(time -> record.firstFailed().isBefore(time)).orElse(true);
  }

  private static <T> boolean fits(Set<T> wanted, T value) {
    return wanted.isEmpty() || wanted.contains(value);
  }

  private static Optional<String> key(SetAsideRecord record) {
    return Optional.ofNullable(record.raw().key())
        .map(key -> new String(key, StandardCharsets.UTF_8));
  }
}
