package dev.onceflow.cli.connection;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;

/**
 * All connection settings that there are. Of Kafka's own those that each of its clients has: who it
 * talks to, over which TLS and as whom, and none that decides what is read or how it is written.
 */
final class Keys {
  static final String KAFKA = "kafka.";
  static final String BOOTSTRAP_SERVERS = "kafka.bootstrap.servers";
  static final String REGISTRY = "registry.";
  static final String REGISTRY_URL = "registry.url";
  static final String DATABASE_URL = "database.url";
  static final String DATABASE_USER = "database.user";
  static final String DATABASE_PASSWORD = "database.password";
  static final String DATABASE_PASSWORD_FILE = "database.password.file";
  static final String JOB_URL = "job.url";
  static final String CONNECT_URL = "connect.url";

  static final SortedMap<String, Key> ALL = all();

  /** How many letters a misspelt name may be away from what was meant. */
  private static final int TYPO_MAX = 2;

  private Keys() {}

  private static SortedMap<String, Key> all() {
    SortedMap<String, Key> keys = new TreeMap<>();
    ConfigDef producers = ProducerConfig.configDef();
    for (Map.Entry<String, ConfigDef.ConfigKey> each :
        AdminClientConfig.configDef().configKeys().entrySet()) {
      String name = each.getKey();
      if (ConsumerConfig.configNames().contains(name) && producers.names().contains(name)) {
        add(keys, KAFKA + name, each.getValue().type == ConfigDef.Type.PASSWORD);
      }
    }
    ConfigDef tls = new ConfigDef();
    SslConfigs.addClientSslSupport(tls);
    tls.configKeys()
        .forEach((name, key) -> add(keys, REGISTRY + name, key.type == ConfigDef.Type.PASSWORD));
    add(keys, REGISTRY_URL, false);
    add(keys, "registry.auto.register.schemas", false);
    add(keys, "registry.basic.auth.credentials.source", false);
    add(keys, "registry.basic.auth.user.info", true);
    add(keys, "registry.bearer.auth.credentials.source", false);
    add(keys, "registry.bearer.auth.token", true);
    add(keys, DATABASE_URL, false);
    add(keys, DATABASE_USER, false);
    add(keys, DATABASE_PASSWORD, true);
    add(keys, DATABASE_PASSWORD_FILE, false);
    add(keys, JOB_URL, false);
    add(keys, CONNECT_URL, false);
    return keys;
  }

  private static void add(Map<String, Key> keys, String name, boolean secret) {
    keys.put(name, new Key(name, secret));
  }

  /** The known name that is most like {@code name}. */
  static String nearest(String name, Collection<String> known) {
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String each : known) {
      int distance = distance(name, each);
      if (distance < bestDistance) {
        best = each;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** The known name that {@code name} is a misspelling of, if it is one. */
  static Optional<String> meant(String name, Collection<String> known) {
    String nearest = nearest(name, known);
    return distance(name, nearest) <= TYPO_MAX ? Optional.of(nearest) : Optional.empty();
  }

  /** How many letters must be put in, taken out or replaced to make one of the other. */
  private static int distance(String one, String other) {
    int[] above = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[other.length()];
  }
}
