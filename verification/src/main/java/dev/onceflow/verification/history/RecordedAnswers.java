package dev.onceflow.verification.history;

import dev.onceflow.verification.checker.StoreAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks a running job for its state, as its users do ({@code /state/QUERY/KEY}). */
public final class RecordedAnswers {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int FOUND = 200;
  private static final int NOT_FOUND = 404;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private final String url;

  /**
   * @param url of an instance, such as {@code http://localhost:8090}
   */
  public RecordedAnswers(String url) {
    this.url = url;
  }

  /** What the job says; empty where it can't say now. */
  public Optional<StoreAnswer> ask(StoreAnswer.Store store, String key)
      throws IOException, InterruptedException {
    String query = store == StoreAnswer.Store.PAYMENTS ? "payments" : "balances";
    String name = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(url + "/state/" + query + '/' + name))
                .timeout(LIMIT)
                .build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    return switch (response.statusCode()) {
      case FOUND -> Optional.of(new StoreAnswer(store, key, response.body()));
      case NOT_FOUND -> Optional.of(new StoreAnswer(store, key, null));
      default -> Optional.empty();
    };
  }
}
