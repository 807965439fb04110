package dev.onceflow.sink;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** What the sink asks a schema registry for, over HTTP; a real one can't be told to fail. */
final class TestingRegistry implements AutoCloseable {
  final List<String> authorizations = new ArrayList<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final AtomicInteger failures = new AtomicInteger();
  private int ids;

  TestingRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
    String answer = answers.get(exchange.getRequestURI().getPath());
    int status = answer == null ? 404 : 200;
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      status = 503;
    }
    byte[] body = String.valueOf(answer).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next questions are answered with an error. */
  void fail(int count) {
    failures.set(count);
  }

  /** Knows a schema by an ID from now on. */
  int register(String schema, String more) {
    ids++;
    answers.put("/schemas/ids/" + ids, "{\"schema\":" + quoted(schema) + more + "}");
    return ids;
  }

  int register(Schema schema) {
    return register(schema.toString(), "");
  }

  void subject(String name, int version, String schema) {
    answers.put(
        "/subjects/" + name + "/versions/" + version, "{\"schema\":" + quoted(schema) + "}");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** A value as a registry's serializer writes it. */
  static byte[] encoded(int id, Schema schema, Object datum) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<>(schema).write(datum, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
