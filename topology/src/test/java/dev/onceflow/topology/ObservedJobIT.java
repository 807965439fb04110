package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.runtime.StreamsJob;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of two instances that share the partitions. */
class ObservedJobIT {
  private static final int PAYMENTS = 40;

  @TempDir private Path dir;

  private final TestingRegistry registry = new TestingRegistry();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<StreamsJob> instances = new ArrayList<>();
  private TestingBroker broker;

  @BeforeEach
  void startBroker() throws Exception {
    broker = new TestingBroker(Files.createDirectory(dir.resolve("broker")));
  }

  @AfterEach
  void stop() throws Exception {
    // Briefly: in one test there is no broker to say goodbye to.
    instances.forEach(instance -> instance.close(Duration.ofSeconds(5)));
    broker.close();
    registry.close();
  }

  @Test
  void eachInstanceAnswersForAllOfThemAndSaysHowItIs() throws Exception {
    start("one");
    start("two");
    send(PAYMENTS);
    send(PAYMENTS);

    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .ignoreExceptions()
        .until(() -> counted("applied") == PAYMENTS && counted("duplicate") == PAYMENTS);
    for (StreamsJob instance : instances) {
      HttpResponse<String> ready = ask(instance, "/health/ready");
      assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
      assertThat(ready.body())
          .contains("\"status\":\"up\"", "\"state\":\"RUNNING\"", "\"accepted\":[\"state.dir\"]")
          .doesNotContain("\"active_tasks\":0");
      assertThat(ask(instance, "/health/live").statusCode()).isEqualTo(200);
      // Each instance holds some of the payments; each knows all of them.
      for (int i = 1; i <= PAYMENTS; i++) {
        assertThat(state(instance, "payments", "p-" + i))
            .contains("\"status\": \"CAPTURED\"", "\"captured_minor\": " + i);
        assertThat(state(instance, "events", "sale-" + i)).contains("\"outcome\":\"applied\"");
      }
      assertThat(state(instance, "balances", "customer:alice:GBP"))
          .contains("\"balance_minor\": 820");
      assertThat(ask(instance, "/state/payments/p-0").statusCode()).isEqualTo(404);
      assertThat(ask(instance, "/state/events/sale-0").statusCode()).isEqualTo(404);
      assertThat(ask(instance, "/state/nothing/x").body()).contains("balances, events, payments");
      assertThat(ask(instance, "/metrics").body())
          .contains("onceflow_transactions_total{application=\"payments-job\",end=\"committed\"}")
          .contains("onceflow_lag_records{application=\"payments-job\"} 0.0")
          .contains("onceflow_ready{application=\"payments-job\"} 1.0")
          .contains("onceflow_preflight_accepted{application=\"payments-job\",rule=\"state.dir\"}")
          .contains("onceflow_dedupe_verdicts_total{application=\"payments-job\",verdict=\"unpr")
          .contains("onceflow_restore_left_records")
          .contains("onceflow_store_keys")
          .contains("kafka_stream_");
    }
  }

  @Test
  void anInstanceWithoutPartitionsYetIsAliveAndNotReady() throws Exception {
    StreamsJob only = start("one");
    // Its group's coordinator is gone before it could join.
    broker.close();

    assertThat(ask(only, "/health/live").statusCode()).isEqualTo(200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              HttpResponse<String> ready = ask(only, "/health/ready");
              assertThat(ready.statusCode()).as(ready.body()).isEqualTo(503);
              assertThat(ready.body()).contains("the job is REBALANCING");
            });
  }

  @Test
  void aPeerThatNeverAnswersHoldsUpQuestionsAndNoProbe() throws Exception {
    StreamsJob one = start("one");
    try (ServerSocket silent = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
      // Who asks the second instance gets a connection, and then nothing.
      start("two", Map.of("application.server", "127.0.0.1:" + silent.getLocalPort()));
      send(PAYMENTS);
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .until(
              () ->
                  ask(one, "/health/ready").statusCode() == 200
                      && ask(one, "/state/events/none").statusCode() == 503);

      // Ten times as many questions as there are threads for them.
      List<CompletableFuture<Integer>> questions = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        questions.add(
            http.sendAsync(question(one, "/state/events/none"), BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode));
      }
      long beganNs = System.nanoTime();
      assertThat(ask(one, "/health/live").statusCode()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(1));

      // Where nobody answers for some partitions, nothing is said to be unknown.
      assertThat(questions).allMatch(question -> question.join() == 503);
    }
  }

  @Test
  void aJobThatWasClosedDoesNotStart() throws Exception {
    StreamsJob job = job("one", Map.of());
    // A signal may come while it still checks what it rests on.
    assertThat(job.close(Duration.ofSeconds(1))).isTrue();

    job.start();

    assertThat(job.httpPort()).isEmpty();
    assertThat(job.await()).isEqualTo(StreamsJob.Ending.CLOSED);
    try (Admin admin = broker.admin()) {
      assertThat(admin.listGroups().all().get()).isEmpty();
    }
  }

  private StreamsJob start(String name) {
    return start(name, Map.of());
  }

  private StreamsJob start(String name, Map<String, Object> more) {
    StreamsJob job = job(name, more);
    job.start();
    return job;
  }

  private StreamsJob job(String name, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("application.id", "payments-job");
    settings.put("bootstrap.servers", broker.address());
    settings.put("state.dir", dir.resolve(name).toString());
    settings.put("schema.registry.url", registry.url());
    settings.put("dedupe.horizon.ms", "-1");
    settings.put("preflight.accept", "state.dir");
    settings.put("topics.create", "true");
    settings.put("topics.partitions", "4");
    settings.put("http.port", "0");
    PaymentsTopology payments = new PaymentsTopology();
    StreamsJob job = new StreamsJob(payments, JobConfig.of(settings, payments));
    instances.add(job);
    return job;
  }

  private void send(int count) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      var events =
          new AvroSerdes(Map.of("schema.registry.url", registry.url())).<PaymentEvent>serializer();
      for (int i = 1; i <= count; i++) {
        PaymentEvent sale = PaymentsTester.event("sale-" + i, "p-" + i, PaymentKind.SALE, i);
        producer
            .send(
                new ProducerRecord<>(
                    Topics.PAYMENTS.name(),
                    PaymentsTester.utf8("p-" + i),
                    events.serialize(Topics.PAYMENTS.name(), sale)))
            .get();
      }
    }
  }

  private double counted(String outcome) throws Exception {
    double sum = 0;
    String line =
        "onceflow_records_total{application=\"payments-job\",outcome=\"%s\"} ".formatted(outcome);
    for (StreamsJob instance : instances) {
      sum +=
          ask(instance, "/metrics")
              .body()
              .lines()
              .filter(each -> each.startsWith(line))
              .mapToDouble(each -> Double.parseDouble(each.substring(line.length())))
              .sum();
    }
    return sum;
  }

  private String state(StreamsJob instance, String query, String key) throws Exception {
    HttpResponse<String> answer =
        ask(instance, "/state/" + query + "/" + URLEncoder.encode(key, StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(query + " " + key + ": " + answer.body()).isEqualTo(200);
    return answer.body();
  }

  private HttpResponse<String> ask(StreamsJob instance, String path)
      throws IOException, InterruptedException {
    return http.send(question(instance, path), BodyHandlers.ofString());
  }

  private static HttpRequest question(StreamsJob instance, String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + instance.httpPort().orElseThrow() + path))
        .build();
  }
}
