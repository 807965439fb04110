package dev.onceflow.streams.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.StateQuery;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class JobServerTest {
  private final JobServer server = new JobServer("127.0.0.1", 0, 500);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void untilTheJobIsThereEverythingIsNotNow() throws Exception {
    assertThat(ask("/health/live").statusCode()).isEqualTo(503);
    assertThat(ask("/metrics").body()).contains("the job is starting");
  }

  @Test
  void aQuestionThatFailsIsAnsweredAndNotDropped() throws Exception {
    StateQuery query =
        new StateQuery("q", "store", StateQuery.Routing.BY_KEY, key -> key, Object::toString);
    // Nothing that is asked is there: every question must fail.
    server.serve(
        new StateReader(null, new HostInfo("127.0.0.1", server.port()), null),
        null,
        null,
        List.of(query));

    assertThat(ask("/state/q/k").statusCode()).isEqualTo(500);
    assertThat(ask("/health/ready").statusCode()).isEqualTo(500);
    assertThat(ask("/state/other/k").statusCode()).isEqualTo(404);
  }

  @Test
  @Timeout(30)
  void clientsThatSendHalfARequestAreCutOffAndHoldUpNobodyForLong() throws Exception {
    // More of them than the server has threads.
    List<Socket> stalled = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      socket.getOutputStream().write("GET /health/li".getBytes(StandardCharsets.US_ASCII));
      stalled.add(socket);
    }

    assertThat(ask("/health/live").statusCode()).isEqualTo(503);
    for (Socket socket : stalled) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      socket.close();
    }
    assertThat(ask("/health/live").statusCode()).isEqualTo(503);
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    assertThatThrownBy(() -> new JobServer("127.0.0.1", server.port()))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("http.port = " + server.port() + " can't be bound");
  }

  private HttpResponse<String> ask(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
