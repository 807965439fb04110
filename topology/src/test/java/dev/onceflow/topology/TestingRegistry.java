package dev.onceflow.topology;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A schema registry for tests: one ID per text of a schema, on a port of its own. The test-kit has
 * one, too, which these tests can't use: the kit's driver and broker need the module of this one.
 * This one can fail.
 */
final class TestingRegistry implements AutoCloseable {
  private final List<String> schemas = new ArrayList<>();
  private final HttpServer server;
  private volatile boolean away;
  private volatile boolean closedToUs;

  TestingRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void goAway() {
    away = true;
  }

  /** From now on it says no to whoever asks. */
  void shutUsOut() {
    closedToUs = true;
  }

  void comeBack() {
    away = false;
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int status = 200;
    String answer;
    if (away || closedToUs) {
      status = away ? 503 : 401;
      answer = "{}";
    } else if (path.startsWith("/subjects/")) {
      // {"schema":"..."}: kept as it is, since a JSON string can be given back unread.
      String schema = body.substring(body.indexOf(':') + 1, body.lastIndexOf('}')).strip();
      if (!schemas.contains(schema)) {
        schemas.add(schema);
      }
      answer = "{\"id\":" + (schemas.indexOf(schema) + 1) + "}";
    } else {
      int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      status = id >= 1 && id <= schemas.size() ? 200 : 404;
      answer =
          status == 200 ? "{\"schema\":" + schemas.get(id - 1) + "}" : "{\"error_code\":40403}";
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
