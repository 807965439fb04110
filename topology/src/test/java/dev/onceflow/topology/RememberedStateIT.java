package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.runtime.StreamsJob;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered is answered, or is to be asked again, wherever its partition is meanwhile. */
class RememberedStateIT {
  private static final int KEYS = 12;
  private static final int PARTITIONS = 4;

  /**
   * Read back before the keys that are asked for, so that a restore takes long enough to be seen.
   */
  private static final int OTHERS = 100_000;

  private static final Pattern PORT = Pattern.compile(RememberingJob.PORT + "(\\d+)\\s");
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir private Path dir;

  private final String input = "remembered-" + UUID.randomUUID().toString().substring(0, 8);
  private final RememberingJob remembering = new RememberingJob(input);
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Integer> ports = new CopyOnWriteArrayList<>();
  private final List<Process> programs = new ArrayList<>();
  private StreamsJob first;

  @BeforeEach
  void missTheKilledSoon() throws Exception {
    // That of a streams group; other groups have it from their members.
    SharedBroker.admin()
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.GROUP, input),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("streams.session.timeout.ms", "6000"),
                        AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  @AfterEach
  void stop() throws Exception {
    for (Process program : programs) {
      program.destroyForcibly().waitFor();
    }
    if (first != null) {
      first.close(Duration.ofSeconds(20));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void whatIsKnownIsNeverSaidToBeUnknownWhileInstancesComeAndGo(String protocol) throws Exception {
    startTheFirst(protocol);
    rememberAll();
    control();

    // Two of the four partitions go to the second instance, which builds their state.
    Asked joining = new Asked();
    Process second;
    try (joining) {
      second = startAnother(protocol);
      settle(true);
    }
    control();
    // It says goodbye, so they come back at once.
    Asked leaving = new Asked();
    try (leaving) {
      second.destroy();
      assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
      ports.remove(1);
      settle(false);
    }
    // It comes again with the state that it kept, and is killed: nobody has them for a session.
    Process again = startAnother(protocol);
    settle(true);
    Asked killed = new Asked();
    try (killed) {
      again.destroyForcibly().waitFor();
      ports.remove(1);
      Awaitility.await().atMost(LONG).until(() -> killed.statuses.contains(503));
      settle(false);
    }
    control();

    assertThat(joining.statuses).as("joining").contains(200).isSubsetOf(200, 503);
    assertThat(leaving.statuses).as("leaving").contains(200).isSubsetOf(200, 503);
    assertThat(killed.statuses).as("killed").containsExactlyInAnyOrder(200, 503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void whatIsKnownIsNeverSaidToBeUnknownWhileItIsRestoredInPlace(String protocol) throws Exception {
    startTheFirst(protocol);
    rememberAll();
    control();

    // Only the one whose store is emptied, so as to miss no moment of it.
    Asked corrupted = new Asked(List.of("by-key/k-0", "everywhere/k-0"));
    try (corrupted) {
      remembering.corruptNext();
      remember(List.of("k-0"));
      Awaitility.await()
          .atMost(LONG)
          .until(() -> corrupted.statuses.stream().anyMatch(status -> status != 200));
      settle(false);
    }

    control();
    assertThat(corrupted.statuses).containsExactlyInAnyOrder(200, 503);
  }

  /** What nobody ever sent is not known, by both ways of asking, wherever one asks. */
  private void control() throws Exception {
    for (int port : ports) {
      assertThat(ask(port, "by-key/never").statusCode()).isEqualTo(404);
      assertThat(ask(port, "everywhere/never").statusCode()).isEqualTo(404);
    }
  }

  /** Waits until each instance works, and answers for every key. */
  private void settle(boolean expectsBoth) {
    Awaitility.await()
        .atMost(LONG)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(ports).hasSize(expectsBoth ? 2 : 1);
              for (int port : ports) {
                HttpResponse<String> ready = get(port, "/health/ready");
                assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
                assertThat(ready.body()).doesNotContain("\"active_tasks\":0");
                for (String question : questions()) {
                  assertThat(ask(port, question).statusCode()).as(question).isEqualTo(200);
                }
              }
            });
  }

  private void rememberAll() {
    remember(IntStream.range(0, OTHERS).mapToObj(i -> "other-" + i).toList());
    remember(IntStream.range(0, KEYS).mapToObj(i -> "k-" + i).toList());
    settle(false);
  }

  private void remember(List<String> keys) {
    try (KafkaProducer<String, String> producer = new TestingTopics().producer(Map.of())) {
      List<Future<?>> sent = new ArrayList<>();
      keys.forEach(key -> sent.add(producer.send(new ProducerRecord<>(input, key, "v"))));
      sent.forEach(each -> assertThat(each).succeedsWithin(LONG));
    }
  }

  private void startTheFirst(String protocol) {
    Map<String, Object> settings = new HashMap<>(settings(protocol, "first"));
    first = new StreamsJob(remembering, JobConfig.of(settings, remembering));
    first.start();
    ports.add(first.httpPort().orElseThrow());
  }

  private Process startAnother(String protocol) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RememberingJob.class.getName(), input));
    settings(protocol, "second").forEach((key, value) -> command.add(key + "=" + value));
    Path log = dir.resolve("second-" + programs.size() + ".log");
    Process program =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    programs.add(program);
    Awaitility.await()
        .atMost(LONG)
        .until(
            () -> {
              assertThat(program.isAlive()).as(Files.readString(log)).isTrue();
              return PORT.matcher(Files.readString(log)).find();
            });
    Matcher port = PORT.matcher(Files.readString(log));
    assertThat(port.find()).isTrue();
    ports.add(Integer.valueOf(port.group(1)));
    return program;
  }

  private Map<String, String> settings(String protocol, String name) {
    Map<String, String> settings = new HashMap<>();
    settings.put("application.id", input);
    settings.put("bootstrap.servers", SharedBroker.address());
    settings.put("state.dir", dir.resolve(name).toString());
    settings.put("preflight.accept", "state.dir");
    settings.put("topics.create", "true");
    settings.put("topics.partitions", Integer.toString(PARTITIONS));
    settings.put("commit.interval.ms", "100");
    settings.put("group.protocol", protocol);
    if (protocol.equals("classic")) {
      settings.put("session.timeout.ms", "6000");
    }
    // A task moves before its state is there: no instance is spared the restore.
    settings.put("acceptable.recovery.lag", "1000000");
    settings.put("http.port", "0");
    return settings;
  }

  private static List<String> questions() {
    return IntStream.range(0, KEYS)
        .mapToObj(key -> "k-" + key)
        .flatMap(key -> Stream.of("by-key/" + key, "everywhere/" + key))
        .toList();
  }

  private HttpResponse<String> ask(int port, String question)
      throws IOException, InterruptedException {
    return get(port, "/state/" + question);
  }

  private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(15))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** What all instances answered to all questions, from now on until it is closed. */
  private final class Asked implements AutoCloseable {
    private final Set<Integer> statuses = new ConcurrentSkipListSet<>();
    private final List<String> asked;
    private final Thread asking = new Thread(this::ask, "asking");
    private volatile boolean done;

    Asked() {
      this(questions());
    }

    Asked(List<String> asked) {
      this.asked = asked;
      asking.start();
    }

    private void ask() {
      while (!done) {
        for (String question : asked) {
          for (int port : ports) {
            try {
              statuses.add(RememberedStateIT.this.ask(port, question).statusCode());
            } catch (IOException e) {
              // It is gone, or about to be: that is no answer.
            } catch (InterruptedException e) {
              return;
            }
          }
        }
      }
    }

    @Override
    public void close() {
      done = true;
      Awaitility.await().atMost(LONG).until(() -> !asking.isAlive());
    }
  }
}
