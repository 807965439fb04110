package dev.onceflow.benchmarks.job;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Where stream threads are, looked at every few milliseconds. The innermost frame that is known
 * decides: a serializer inside a sink is serialising, not producing.
 */
final class Spent implements AutoCloseable {
  private static final long LOOK_EVERY_MS = 3;
  private static final Pattern STREAM_THREAD = Pattern.compile(".*-StreamThread-\\d+");
  private static final Set<String> WAITING = Set.of("epollWait", "wait", "wait0", "park");

  /** What a stream thread can be busy with. */
  enum Place {
    /** Waiting for records, or for anything else. */
    WAIT,
    DESERIALISE,
    SERIALISE,
    /** The dedupe memory's store. */
    DEDUPE_STORE,
    /** Other stores. */
    STATE,
    /** Records of changelogs. */
    CHANGELOG,
    PRODUCE,
    COMMIT,
    CONSUME,
    /** What the topology itself does. */
    LOGIC,
    /** Streams around all of it. */
    STREAMS
  }

  private final Map<Place, Long> looks = new EnumMap<>(Place.class);
  private final Thread sampler = new Thread(this::sample, "sampler");
  private volatile boolean closed;

  Spent() {
    sampler.setDaemon(true);
    sampler.start();
  }

  private void sample() {
    try {
      while (!closed) {
        Thread.getAllStackTraces()
            .forEach(
                (thread, stack) -> {
                  if (STREAM_THREAD.matcher(thread.getName()).matches()) {
                    add(place(stack));
                  }
                });
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(Place place) {
    looks.merge(place, 1L, Long::sum);
  }

  private static Place place(StackTraceElement[] stack) {
    if (stack.length == 0 || WAITING.contains(stack[0].getMethodName())) {
      return Place.WAIT;
    }
    boolean inStore = false;
    for (StackTraceElement frame : stack) {
      String type = frame.getClassName();
      Place known = known(type, frame.getMethodName());
      if (known == Place.STATE) {
        inStore = true;
      } else if (inStore && type.startsWith("dev.onceflow.streams.dedupe")) {
        return Place.DEDUPE_STORE;
      } else if (inStore && known == Place.LOGIC) {
        return Place.STATE;
      } else if (known != null && !inStore) {
        return known;
      } else if (known == Place.CHANGELOG || known == Place.COMMIT) {
        return known;
      }
    }
    return inStore ? Place.STATE : Place.STREAMS;
  }

  private static Place known(String type, String method) {
    if (type.contains("Deserializer")) {
      return Place.DESERIALISE;
    }
    if (type.contains("AvroSerializer")) {
      return Place.SERIALISE;
    }
    if (method.equals("logChange")) {
      return Place.CHANGELOG;
    }
    if (method.equals("commitOffsetsOrTransaction")) {
      return Place.COMMIT;
    }
    if (type.contains("rocksdb") || type.contains("RocksDB") || type.contains("KeyValueStore")) {
      return Place.STATE;
    }
    if (type.endsWith("RecordCollectorImpl")) {
      return Place.PRODUCE;
    }
    if (type.startsWith("dev.onceflow")) {
      return Place.LOGIC;
    }
    return type.contains("KafkaConsumer") ? Place.CONSUME : null;
  }

  /** The share of each place in all looks so far. */
  synchronized Map<Place, Double> shares() {
    double all = looks.values().stream().mapToLong(Long::longValue).sum();
    Map<Place, Double> shares = new EnumMap<>(Place.class);
    looks.forEach((place, count) -> shares.put(place, count / all));
    return shares;
  }

  @Override
  public void close() {
    closed = true;
    sampler.interrupt();
  }
}
