package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.JobProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** What time it is for a job's process, by the date of its answers. */
final class JobClock {
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  private JobClock() {}

  /** What its clock shows, to the second, or nothing while it doesn't answer. */
  static Optional<Instant> of(JobProcess job) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(job.url() + "/health/live")).timeout(LIMIT).build();
    try {
      return CLIENT
          .send(request, HttpResponse.BodyHandlers.discarding())
          .headers()
          .firstValue("Date")
          .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (IOException notYet) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
