package dev.onceflow.cli.replay;

import dev.onceflow.streams.route.SetAside;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Whether a run set aside the records of its inputs that the live job had set aside, and no others.
 * If not, its outputs aren't what the live job made: a record that couldn't be read then and can be
 * now changes what becomes of those behind it, and beside what was made since by a redrive it would
 * take effect a second time; and what only the run sets aside is lost once more. Used by one
 * thread.
 */
final class SameSetAside {
  /** So many are named. */
  private static final int NAMED_MAX = 5;

  private final Map<TopicPartition, Long> ends;
  private final Map<String, String> onlyLive = new TreeMap<>();
  private final Map<String, String> onlyRun = new TreeMap<>();

  /**
   * @param ends of the run's inputs
   */
  SameSetAside(Map<TopicPartition, Long> ends) {
    this.ends = ends;
  }

  /** Notes what lies in a topic of the live job; those of others, and behind the ends, are none. */
  void live(ConsumerRecord<byte[], byte[]> record, String applicationId) {
    boolean isOurs = text(record, SetAside.APPLICATION).filter(applicationId::equals).isPresent();
    if (isOurs && isInRun(record)) {
      onlyLive.put(place(record), reason(record));
    }
  }

  /** Notes what lies in a topic of the run, after all of the live job's. */
  void run(ConsumerRecord<byte[], byte[]> record) {
    String place = place(record);
    if (onlyLive.remove(place) == null) {
      onlyRun.put(place, reason(record));
    }
  }

  private boolean isInRun(ConsumerRecord<byte[], byte[]> record) {
    Optional<Long> end =
        text(record, SetAside.TOPIC)
            .flatMap(
                topic ->
                    text(record, SetAside.PARTITION)
                        .map(p -> ends.get(new TopicPartition(topic, Integer.parseInt(p)))));
    return end.isPresent()
        && text(record, SetAside.OFFSET)
            .map(Long::parseLong)
            .filter(o -> o < end.get())
            .isPresent();
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return "%s-%s offset %s"
        .formatted(
            text(record, SetAside.TOPIC).orElse("?"),
            text(record, SetAside.PARTITION).orElse("?"),
            text(record, SetAside.OFFSET).orElse("?"));
  }

  private static String reason(ConsumerRecord<byte[], byte[]> record) {
    return text(record, SetAside.REASON).orElse("no reason");
  }

  private static Optional<String> text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return Optional.ofNullable(header)
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** What differs, for people; empty where nothing does. */
  Optional<String> difference() {
    if (onlyLive.isEmpty() && onlyRun.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "only the run: %s; only the live job: %s".formatted(named(onlyRun), named(onlyLive)));
  }

  private static String named(Map<String, String> places) {
    if (places.isEmpty()) {
      return "none";
    }
    String first =
        places.entrySet().stream()
            .limit(NAMED_MAX)
            .map(place -> place.getKey() + " (" + place.getValue() + ")")
            .collect(Collectors.joining(", "));
    return "%,d: %s%s".formatted(places.size(), first, places.size() > NAMED_MAX ? ", ..." : "");
  }
}
