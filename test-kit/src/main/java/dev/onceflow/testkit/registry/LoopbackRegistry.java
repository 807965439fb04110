package dev.onceflow.testkit.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The part of Confluent's registry API that serdes use, inside this JVM, on a loopback port of its
 * own: nothing has to be installed or started. It speaks HTTP, so that a job in a child process can
 * ask it, and so that the serdes in a test are those of production, with the settings of
 * production. It accepts every schema: compatibility is not checked.
 */
public final class LoopbackRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final List<String> schemas = new ArrayList<>();
  private final HttpServer server;

  private record Answer(int status, Map<String, Object> body) {}

  private LoopbackRegistry(HttpServer server) {
    this.server = server;
  }

  /** Starts a registry that is empty. */
  public static LoopbackRegistry start() {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("No port of 127.0.0.1 can be had for a registry", e);
    }
    LoopbackRegistry registry = new LoopbackRegistry(server);
    server.createContext("/", registry::serve);
    server.start();
    return registry;
  }

  /** What serdes get as {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      JsonNode body = JSON.readTree(exchange.getRequestBody());
      Answer answer = answer(path, body);
      byte[] bytes = JSON.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  // Like the real one: the same schema has one ID under all subjects.
  private synchronized Answer answer(String path, JsonNode body) {
    if (path.startsWith("/subjects/")) {
      String schema = body.path("schema").asText();
      if (path.endsWith("/versions") && !schemas.contains(schema)) {
        schemas.add(schema);
      }
      int at = schemas.indexOf(schema);
      return at < 0 ? notFound(40403) : new Answer(OK, Map.of("id", at + 1));
    }
    int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    return id < 1 || id > schemas.size()
        ? notFound(40403)
        : new Answer(OK, Map.of("schema", schemas.get(id - 1)));
  }

  private static Answer notFound(int code) {
    return new Answer(NOT_FOUND, Map.of("error_code", code, "message", "not found"));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
