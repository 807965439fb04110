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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a job's process says of itself over HTTP; nothing while it doesn't answer. */
final class JobAnswers {
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private static final Pattern TASKS =
      Pattern.compile("\"active_tasks\":(\\d+),\"standby_tasks\":(\\d+)");

  private JobAnswers() {}

  /**
   * What a process has.
   *
   * @param active tasks that it processes
   * @param standby tasks whose state it keeps a copy of
   */
  record Tasks(int active, int standby) {}

  /** What its clock shows, to the second, by the date of its answer. */
  static Optional<Instant> clock(JobProcess job) {
    return answer(job, "/health/live")
        .flatMap(answer -> answer.headers().firstValue("Date"))
        .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
  }

  /** How many tasks it has. */
  static Optional<Tasks> tasks(JobProcess job) {
    return answer(job, "/health/ready")
        .map(answer -> TASKS.matcher(answer.body()))
        .filter(Matcher::find)
        .map(
            found -> new Tasks(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))));
  }

  private static Optional<HttpResponse<String>> answer(JobProcess job, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(job.url() + path)).timeout(LIMIT).build();
    try {
      return Optional.of(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException notYet) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
