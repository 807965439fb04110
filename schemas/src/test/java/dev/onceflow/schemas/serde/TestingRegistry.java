package dev.onceflow.schemas.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A schema registry for tests, on a port of its own: one ID per text of a schema, with Confluent's
 * error codes, and an {@code Authorization} header that it may ask for.
 */
public final class TestingRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How many questions it was asked. */
  final AtomicInteger questions = new AtomicInteger();

  private final List<ObjectNode> schemas = new ArrayList<>();
  private final List<String> subjects = new ArrayList<>();
  private final AtomicReference<String> authorization = new AtomicReference<>();
  private final HttpServer server;

  private TestingRegistry(HttpServer server) {
    this.server = server;
    server.createContext("/", this::answer);
    server.start();
  }

  /** Without TLS. */
  public static TestingRegistry overHttp() throws IOException {
    return new TestingRegistry(HttpServer.create(anyPort(), 0));
  }

  /** Over TLS; a context that trusts client certificates asks for one. */
  static TestingRegistry overTls(SSLContext context, ClientCertificates clients)
      throws IOException {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = context.getDefaultSSLParameters();
            tls.setNeedClientAuth(clients == ClientCertificates.REQUIRED);
            parameters.setSSLParameters(tls);
          }
        });
    return new TestingRegistry(server);
  }

  enum ClientCertificates {
    IGNORED,
    REQUIRED
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  void requireAuthorization(String header) {
    authorization.set(header);
  }

  /** {@code 127.0.0.1:PORT}. */
  String hostAndPort() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Its address. */
  public String url() {
    return (server instanceof HttpsServer ? "https://" : "http://") + hostAndPort();
  }

  /** Puts a schema there, as whoever registers it would. */
  synchronized int add(ObjectNode entry) {
    if (!schemas.contains(entry)) {
      schemas.add(entry);
    }
    return schemas.indexOf(entry) + 1;
  }

  /** The same, for a schema that stands by itself. */
  public int add(String schema) {
    return add(JSON.createObjectNode().put("schema", schema));
  }

  synchronized int size() {
    return schemas.size();
  }

  /** The subjects of all registrations, in their order. */
  synchronized List<String> subjects() {
    return List.copyOf(subjects);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      questions.incrementAndGet();
      byte[] body = exchange.getRequestBody().readAllBytes();
      String expected = authorization.get();
      if (expected != null
          && !expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        // As some gateways do, it says what it was sent.
        send(
            exchange,
            401,
            "{\"message\":\"not %s\"}"
                .formatted(exchange.getRequestHeaders().getFirst("Authorization")));
        return;
      }
      answer(exchange, body);
    }
  }

  private synchronized void answer(HttpExchange exchange, byte[] body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/subjects")) {
      send(exchange, 200, "[]");
    } else if (path.matches("/subjects/[^/]+/versions")) {
      subjects.add(path.split("/", -1)[2]);
      send(exchange, 200, "{\"id\":%d}".formatted(add(schemaIn(body))));
    } else if (path.matches("/subjects/[^/]+")) {
      ObjectNode asked = JSON.createObjectNode().put("schema", schemaIn(body));
      int index = schemas.indexOf(asked);
      sendFound(exchange, index >= 0, "{\"id\":%d}".formatted(index + 1));
    } else if (path.matches("/subjects/[^/]+/versions/[0-9]+")) {
      sendById(exchange, path);
    } else if (path.matches("/schemas/ids/[0-9]+")) {
      sendById(exchange, path);
    } else {
      send(exchange, 404, "<html>Not found</html>");
    }
  }

  private void sendById(HttpExchange exchange, String path) throws IOException {
    int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    boolean there = id >= 1 && id <= schemas.size();
    sendFound(exchange, there, there ? schemas.get(id - 1).toString() : "");
  }

  private static String schemaIn(byte[] body) throws IOException {
    JsonNode question = JSON.readTree(body);
    return question.path("schema").asText();
  }

  private static void sendFound(HttpExchange exchange, boolean found, String answer)
      throws IOException {
    send(
        exchange,
        found ? 200 : 404,
        found ? answer : "{\"error_code\":40403,\"message\":\"Schema not found\"}");
  }

  private static void send(HttpExchange exchange, int status, String answer) throws IOException {
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
