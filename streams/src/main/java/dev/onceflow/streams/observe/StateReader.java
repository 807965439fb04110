package dev.onceflow.streams.observe;

import dev.onceflow.streams.job.StateQuery;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Answers a question about state, here or by asking the instance that holds the key. */
final class StateReader {
  /** Marks a question that another instance passed on: it is answered here or not at all. */
  static final String PASSED_ON = "Onceflow-Passed-On";

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int NOT_NOW = 503;

  private final KafkaStreams streams;
  private final HostInfo self;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_TIMEOUT)
          .build();

  /**
   * @param self where other instances reach this one
   */
  StateReader(KafkaStreams streams, HostInfo self) {
    this.streams = streams;
    this.self = self;
  }

  /**
   * An HTTP answer.
   *
   * @param status its code
   * @param json its body
   */
  record Answer(int status, String json) {}

  Answer answer(StateQuery query, String key, boolean passedOn) {
    try {
      if (passedOn) {
        return here(query, key).orElseGet(StateReader::unknown);
      }
      return switch (query.routing()) {
        case BY_KEY -> byKey(query, key);
        case EVERYWHERE -> everywhere(query, key);
      };
    } catch (InvalidStateStoreException e) {
      return notNow("the state is moving or being restored");
    } catch (IllegalStateException e) {
      // Streams answers so while it has no partitions, and after its end.
      return notNow("the job is not running");
    }
  }

  private Answer byKey(StateQuery query, String key) {
    KeyQueryMetadata holder =
        streams.queryMetadataForKey(query.store(), key, new StringSerializer());
    if (KeyQueryMetadata.NOT_AVAILABLE.equals(holder)) {
      return notNow("partitions are being assigned");
    }
    return holder.activeHost().equals(self)
        ? here(query, key).orElseGet(StateReader::unknown)
        : ask(holder.activeHost(), query, key);
  }

  private Answer everywhere(StateQuery query, String key) {
    Optional<Answer> here = here(query, key);
    if (here.isPresent()) {
      return here.get();
    }
    Set<String> silent = new TreeSet<>();
    for (StreamsMetadata other : streams.streamsMetadataForStore(query.store())) {
      if (!other.hostInfo().equals(self)) {
        Answer answer = ask(other.hostInfo(), query, key);
        if (answer.status() == OK) {
          return answer;
        }
        if (answer.status() != NOT_FOUND) {
          silent.add(other.hostInfo().host() + ":" + other.hostInfo().port());
        }
      }
    }
    // "Not known" is only true where everybody was asked.
    return silent.isEmpty() ? unknown() : notNow("no answer from " + String.join(", ", silent));
  }

  private Optional<Answer> here(StateQuery query, String key) {
    ReadOnlyKeyValueStore<Object, Object> store =
        streams.store(
            StoreQueryParameters.fromNameAndType(
                query.store(), QueryableStoreTypes.keyValueStore()));
    return Optional.ofNullable(store.get(query.storeKey().apply(key)))
        .map(value -> new Answer(OK, query.json().apply(value)));
  }

  private Answer ask(HostInfo host, StateQuery query, String key) {
    URI uri =
        URI.create(
            "http://%s:%d/state/%s/%s"
                .formatted(
                    host.host(),
                    host.port(),
                    query.name(),
                    URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20")));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header(PASSED_ON, self.host() + ":" + self.port())
            .timeout(ANSWER_TIMEOUT)
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      return notNow("no answer from " + host.host() + ":" + host.port());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return notNow("interrupted");
    }
  }

  private static Answer unknown() {
    return new Answer(NOT_FOUND, "{\"error\":\"not known\"}");
  }

  private static Answer notNow(String why) {
    return new Answer(NOT_NOW, "{\"error\":\"%s; try again\"}".formatted(why));
  }
}
