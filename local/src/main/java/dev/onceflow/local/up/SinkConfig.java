package dev.onceflow.local.up;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.local.postgres.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The reference pipeline's sink: the connector and its tables, as they stand in topology. */
public final class SinkConfig {
  private static final String FOLDER = "/dev/onceflow/topology/payments/";

  /** The local server trusts everybody on loopback. */
  private static final String NO_PASSWORD_ASKED = "";

  private SinkConfig() {}

  /** The connector's configuration, which may be changed. */
  public static Map<String, String> of(String bootstrapServers, String jdbcUrl, int tasks) {
    String json =
        resource("sink-connector.json")
            .replace("${tasks.max}", Integer.toString(tasks))
            .replace("${kafka.bootstrap.servers}", bootstrapServers)
            .replace("${connection.url}", jdbcUrl)
            .replace("${connection.user}", PostgresServer.NAME)
            .replace("${connection.password}", NO_PASSWORD_ASKED);
    try {
      return new TreeMap<>(
          new ObjectMapper().readValue(json, new TypeReference<Map<String, String>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("sink-connector.json is not a flat JSON object", e);
    }
  }

  /** The tables' DDL, which may be run again. */
  public static String tables() {
    return resource("tables.sql");
  }

  private static String resource(String name) {
    try (InputStream resource = SinkConfig.class.getResourceAsStream(FOLDER + name)) {
      if (resource == null) {
        throw new IllegalStateException("topology brings no " + name);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
