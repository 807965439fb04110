package dev.onceflow.streams.observe;

import dev.onceflow.streams.job.StateQuery;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * Answers a question about state, here or by asking the instances that hold the partitions. "Not
 * known" is said only if each partition that could hold the key was read by its owner: while one
 * moves, is restored or its thread is being replaced, the answer is "try again". Thread-safe; an
 * answer takes at most {@value #ANSWER_MS} ms of waiting for other instances. What is found costs
 * no request to the brokers, what is not found one.
 */
public final class StateReader {
  /**
   * Marks a question that another instance passed on, and names the partitions that it is about: it
   * is answered here or not at all.
   */
  static final String PASSED_ON = "Onceflow-Partitions";

  /** How long to wait for other instances, all together. */
  static final long ANSWER_MS = 5_000;

  private static final int OK = 200;
  private static final int BAD = 400;
  private static final int NOT_FOUND = 404;
  private static final int NOT_NOW = 503;
  private static final Answer UNKNOWN = new Answer(NOT_FOUND, "{\"error\":\"not known\"}");
  private static final HostInfo NOBODY = HostInfo.unavailable();

  private final KafkaStreams streams;
  private final HostInfo self;
  private final Admin admin;
  private final Map<String, Integer> partitionsByTopic = new ConcurrentHashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofMillis(ANSWER_MS))
          .build();

  /**
   * @param streams the running job
   * @param self where other instances reach this one
   * @param admin tells how many partitions there are; it stays the caller's
   */
  public StateReader(KafkaStreams streams, HostInfo self, Admin admin) {
    this.streams = streams;
    this.self = self;
    this.admin = admin;
  }

  /**
   * An HTTP answer.
   *
   * @param status its code
   * @param json its body
   */
  record Answer(int status, String json) {}

  /** Answers a client's question, from all instances that hold a part of it. */
  Answer answer(StateQuery query, String key) {
    try {
      Map<HostInfo, List<Integer>> holders = holders(query, key);
      if (holders.isEmpty()) {
        return notNow("partitions are being assigned");
      }
      List<Integer> mine = holders.remove(self);
      Answer here = mine == null ? UNKNOWN : here(query, key, mine);
      if (here.status() == OK) {
        return here;
      }
      // Asked even if this instance can't answer: the key may be in their partitions.
      Answer others = ask(holders, query, key);
      return others.status() == OK || here.equals(UNKNOWN) ? others : here;
    } catch (InvalidStateStoreException | IllegalStateException e) {
      // Streams answers so before its start, while it has no partitions, and after its end.
      return notNow("the job is not running");
    }
  }

  /**
   * Answers what another instance passed on, from these partitions or not at all.
   *
   * @param partitions their numbers, separated by commas
   */
  Answer answerHere(StateQuery query, String key, String partitions) {
    try {
      return here(query, key, Stream.of(partitions.split(",", -1)).map(Integer::valueOf).toList());
    } catch (NumberFormatException e) {
      return new Answer(
          BAD, "{\"error\":\"header %s must be numbers like 0,2\"}".formatted(PASSED_ON));
    } catch (IllegalStateException e) {
      return notNow("the job is not running");
    }
  }

  // Who has the partitions that may hold the key, as the last rebalance said; they know better.
  // Nobody is named where the number of partitions is not known.
  private Map<HostInfo, List<Integer>> holders(StateQuery query, String key) {
    Fixed fixed = new Fixed();
    streams.queryMetadataForKey(query.store(), key, fixed);
    int count = fixed.topic == null ? 0 : partitions(fixed.topic);
    int first = 0;
    int end = count;
    if (count > 0 && query.routing() == StateQuery.Routing.BY_KEY) {
      byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
      first = BuiltInPartitioner.partitionForKey(keyBytes, count);
      end = first + 1;
    }
    Map<HostInfo, List<Integer>> holders = new LinkedHashMap<>();
    for (int partition = first; partition < end; partition++) {
      fixed.partition = partition;
      KeyQueryMetadata holder = streams.queryMetadataForKey(query.store(), key, fixed);
      holders.computeIfAbsent(holder.activeHost(), host -> new ArrayList<>()).add(partition);
    }
    return holders;
  }

  // Not Streams' own number: in a streams group that is how many are assigned just now, so that
  // during a rebalance it would look for a key in a wrong partition, and not in some at all.
  private int partitions(String topic) {
    Integer known = partitionsByTopic.get(topic);
    if (known != null) {
      return known;
    }
    try {
      int count =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(ANSWER_MS, TimeUnit.MILLISECONDS)
              .get(topic)
              .partitions()
              .size();
      partitionsByTopic.put(topic, count);
      return count;
    } catch (ExecutionException | TimeoutException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** Puts every key in one partition, and learns from Streams which topic a store is made of. */
  private static final class Fixed implements StreamPartitioner<String, Object> {
    private int partition;
    private String topic;

    @Override
    public Optional<Set<Integer>> partitions(
        String topic, String key, Object value, int numPartitions) {
      this.topic = topic;
      return Optional.of(Set.of(partition));
    }
  }

  private Answer here(StateQuery query, String key, List<Integer> partitions) {
    try {
      Answer found = read(query, key, partitions);
      if (found.status() == OK) {
        return found;
      }
      // What was not there may have been on its way; what is not there now is not known.
      return isWhole(query.store(), partitions)
          ? read(query, key, partitions)
          : notNow("the state is being restored");
    } catch (InvalidStateStoreException e) {
      return notNow("the state is moving or being restored");
    }
  }

  private Answer read(StateQuery query, String key, List<Integer> partitions) {
    Object storeKey = query.storeKey().apply(key);
    for (int partition : partitions) {
      // Without the partition Streams reads those stores that it happens to have, and is silent
      // about a thread that died and a task that left.
      Object value =
          streams
              .store(
                  StoreQueryParameters.fromNameAndType(
                          query.store(), QueryableStoreTypes.keyValueStore())
                      .withPartition(partition))
              .get(storeKey);
      if (value != null) {
        return new Answer(OK, query.json().apply(value));
      }
    }
    return UNKNOWN;
  }

  // A task whose commit timed out is corrupted: Streams empties its stores and restores them while
  // the thread stays RUNNING for its other tasks, and lets them be read meanwhile. Only their lag
  // tells: that of a task that runs is 0. A store that isn't logged has none and is never restored.
  private boolean isWhole(String store, List<Integer> partitions) {
    try {
      Map<Integer, LagInfo> lags =
          streams.allLocalStorePartitionLags().getOrDefault(store, Map.of());
      return partitions.stream()
          .map(lags::get)
          .allMatch(lag -> lag == null || lag.offsetLag() == 0);
    } catch (StreamsException | ConcurrentModificationException e) {
      // The brokers didn't say (the server's limit on an answer ends the wait for them), or a task
      // was closed while Streams read where it is.
      return false;
    }
  }

  private Answer ask(Map<HostInfo, List<Integer>> holders, StateQuery query, String key) {
    Map<HostInfo, CompletableFuture<HttpResponse<String>>> asked = new LinkedHashMap<>();
    Set<String> silent = new TreeSet<>();
    holders.forEach(
        (host, partitions) -> {
          if (host.equals(NOBODY)) {
            silent.add("partitions that are being assigned");
          } else {
            asked.put(
                host,
                http.sendAsync(
                    question(host, partitions, query, key), HttpResponse.BodyHandlers.ofString()));
          }
        });
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_MS);
    try {
      for (Map.Entry<HostInfo, CompletableFuture<HttpResponse<String>>> each : asked.entrySet()) {
        Answer answer = await(each.getValue(), deadlineNs);
        if (answer.status() == OK) {
          return answer;
        }
        // Its very words: an instance that doesn't know the question says 404 as well.
        if (!answer.equals(UNKNOWN)) {
          silent.add(each.getKey().host() + ":" + each.getKey().port());
        }
      }
    } finally {
      asked.values().forEach(future -> future.cancel(true));
    }
    return silent.isEmpty() ? UNKNOWN : notNow("no answer from " + String.join(", ", silent));
  }

  private static Answer await(CompletableFuture<HttpResponse<String>> asked, long deadlineNs) {
    try {
      HttpResponse<String> response =
          asked.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
      return new Answer(response.statusCode(), response.body());
    } catch (ExecutionException | TimeoutException e) {
      return notNow("no answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return notNow("interrupted");
    }
  }

  private static HttpRequest question(
      HostInfo host, List<Integer> partitions, StateQuery query, String key) {
    return HttpRequest.newBuilder(
            URI.create(
                "http://%s:%d/state/%s/%s"
                    .formatted(
                        host.host(),
                        host.port(),
                        query.name(),
                        URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20"))))
        .header(
            PASSED_ON, partitions.stream().map(String::valueOf).collect(Collectors.joining(",")))
        .timeout(Duration.ofMillis(ANSWER_MS))
        .build();
  }

  private static Answer notNow(String why) {
    return new Answer(NOT_NOW, "{\"error\":\"%s; try again\"}".formatted(why));
  }
}
