package dev.onceflow.cli.audit.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.digest.Finding;
import dev.onceflow.cli.audit.digest.Place;
import dev.onceflow.cli.audit.read.AuditProgress;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * What {@code onceflow audit table} does, for another command: by the configuration as Connect has
 * it, the whole topic up to the sink's fence against the table. Belongs to one thread.
 */
public final class SinkAudit {
  /** So many differences of each kind can be said to lie here or there. */
  private static final int PLACED_MAX = 1_000;

  /** So many of them a certificate names. */
  private static final int NAMED_MAX = 20;

  private final ConnectorFile connector;
  private final String sink;
  private final Access access;
  private final AuditProgress progress;

  /**
   * How everything is reached.
   *
   * @param clients settings of Kafka clients and of the schema registry
   * @param databaseUrl the target database
   * @param databaseProperties user, password and such
   */
  public record Access(
      Map<String, Object> clients, String databaseUrl, Properties databaseProperties) {}

  /**
   * What was found.
   *
   * @param certificate of the audit
   * @param missing where the records stand that made no row
   * @param isMissingAll whether these are all the differences that there are
   */
  public record Result(
      ObjectNode certificate, Map<TopicPartition, Set<Long>> missing, boolean isMissingAll) {}

  /**
   * @param connector the live connector's name
   * @param settings its configuration
   * @param sink under which its fences are kept
   * @param line shows how far it is; not closed here
   */
  public SinkAudit(
      String connector,
      Map<String, String> settings,
      String sink,
      Access access,
      TerminalLine line) {
    this.connector = ConnectorFile.of("connector " + connector, settings);
    this.sink = sink;
    this.access = access;
    this.progress = new AuditProgress(line);
  }

  /** Kafka's and the registry's settings, as far as a configuration has them in plain text. */
  public static Map<String, Object> clients(Map<String, String> settings) {
    return ConnectorFile.of("the connector", settings).clients();
  }

  /** Why a table can't be compared, whatever it holds; empty if it can. */
  public Optional<String> whyNot(String table) {
    try {
      InsertEffect.of(connector, Optional.of(table), Optional.of(sink));
    } catch (UserException e) {
      return Optional.of(e.getMessage());
    }
    if (!access.clients().containsKey("schema.registry.url")) {
      return Optional.of("no schema registry is known: give --schema-registry");
    }
    boolean isAvro =
        connector.text("avro.registry.url").isPresent()
            || connector
                .text("value.converter")
                .filter(c -> c.endsWith("AvroConverter"))
                .isPresent();
    return isAvro
        ? Optional.empty()
        : Optional.of(
            "only Avro of a schema registry can be read, and the connector names neither avro.registry.url nor an AvroConverter");
  }

  /**
   * Reads and compares.
   *
   * @throws UserException if it can't be done, saying why
   */
  public Result run(String table) {
    try {
      TableFindings findings = new TableAudit(options(table), progress).run();
      ObjectNode certificate =
          TableCertificate.of(findings.naming(NAMED_MAX), InstantSource.system().instant()).json();
      Map<TopicPartition, Set<Long>> missing = missing(findings);
      long placed = missing.values().stream().mapToLong(Set::size).sum();
      long all = 0;
      for (Finding.Kind kind : Finding.Kind.values()) {
        all += findings.count(kind);
      }
      return new Result(certificate, missing, placed == all);
    } catch (KafkaException | UncheckedIOException e) {
      // The registry's troubles are Kafka exceptions, too.
      throw TableCommand.unfinished(e);
    }
  }

  private TableAudit.Options options(String table) {
    return new TableAudit.Options(
        connector,
        Optional.of(table),
        Optional.of(sink),
        Optional.empty(),
        Set.of(),
        PLACED_MAX,
        access.clients(),
        access.databaseUrl(),
        access.databaseProperties());
  }

  private static Map<TopicPartition, Set<Long>> missing(TableFindings findings) {
    Map<TopicPartition, Set<Long>> missing = new HashMap<>();
    for (NamedDifference difference : findings.named()) {
      if (difference.kind() == Finding.Kind.MISSING) {
        Place place = difference.place().orElseThrow();
        missing
            .computeIfAbsent(
                new TopicPartition(findings.cut().topic(), place.partition()), p -> new HashSet<>())
            .add(place.offset());
      }
    }
    return missing;
  }
}
