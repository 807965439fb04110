package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectApiTest {
  private static final Answer STARTING = new Answer(404, "");
  private static final Answer NONE =
      new Answer(404, "{\"error_code\":404,\"message\":\"No status found for connector orders\"}");

  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private HttpServer worker;
  private ConnectApi connect;

  private record Answer(int code, String body) {}

  @BeforeEach
  void startWorker() throws IOException {
    worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    worker.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          Answer answer = answers.remove();
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.code(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    worker.start();
    connect = new ConnectApi("http://127.0.0.1:" + worker.getAddress().getPort());
  }

  @AfterEach
  void stopWorker() {
    worker.stop(0);
  }

  @Test
  void workerThatStartsIsWaitedForAndNotTakenToHaveNoConnector() {
    answers.addAll(List.of(STARTING, STARTING, new Answer(200, "{\"name\":\"orders\"}")));

    assertThat(connect.config("orders")).contains(Map.of("name", "orders"));
    assertThat(asked).hasSize(3);
  }

  @Test
  void connectorIsGoneWhenTheWorkerSaysSoAndNotWhileItStarts() {
    answers.addAll(List.of(STARTING, new Answer(204, ""), STARTING, NONE));

    connect.delete("orders");

    assertThat(asked)
        .containsExactly(
            "DELETE /connectors/orders",
            "DELETE /connectors/orders",
            "GET /connectors/orders/status",
            "GET /connectors/orders/status");
  }

  @Test
  void connectorThatIsNotThereIsNotWaitedFor() {
    answers.add(NONE);

    assertThat(connect.config("orders")).isEmpty();
  }
}
