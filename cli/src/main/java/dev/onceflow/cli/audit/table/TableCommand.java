package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.certificate.Certificate;
import dev.onceflow.cli.audit.certificate.CertificateOptions;
import dev.onceflow.cli.audit.read.AuditProgress;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.connection.RegistryOptions;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow audit table}. */
@Command(
    name = "table",
    description = {
      "Compares a topic with the table that a sink's insert effect fills from it.",
      "",
      "Both are seen at one moment: the table and its fence in one snapshot, the topic's",
      "committed records up to that fence. The sink may go on meanwhile. Which topic,",
      "table, columns and event ID is read from the connector's configuration, the",
      "records by a reader of the audit's own. Two passes at most, in constant memory.",
      "",
      "Addresses and passwords that neither options nor environment nor profile give are",
      "those of the connector's configuration, but for what it takes from a config",
      "provider ($${file:...})."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Differences, each with its event ID:",
      "  missing     a record that made no row, and isn't among the dead letters",
      "  duplicated  an event with more than one row",
      "  altered     a row with other content than its record",
      "  foreign     a row that no record made",
      "",
      "Examples:",
      "  onceflow audit table --connector orders-sink.json",
      "  onceflow audit table --connector orders-sink.json --table orders \\",
      "      --database jdbc:postgresql://db/shop --user auditor --password-file p \\",
      "      --certificate orders.json --sign-key audit.key",
      "  onceflow audit table --connector orders-sink.json --since orders.json",
      "",
      "Exit codes: 0 agree, as far as records are in sight; 1 differ; 2 could not be",
      "checked, or no record is in sight."
    })
public final class TableCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;
  @Mixin private RegistryOptions registry;
  @Mixin private DatabaseOptions database;
  @Mixin private CertificateOptions delivery;

  @Option(
      names = "--connector",
      required = true,
      paramLabel = "FILE",
      description = "The sink connector's configuration, JSON or properties, as Connect has it.")
  private Path connector;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Which of its tables. Default: the only one with effect insert.")
  private String table;

  @Option(
      names = "--sink",
      paramLabel = "NAME",
      description = "The sink's name, where the configuration has neither sink.name nor name.")
  private String sink;

  @Option(
      names = "--since",
      paramLabel = "CERTIFICATE",
      description =
          "Builds on an earlier audit that agreed: only later records are read, and the rows that it saw must be as they were.")
  private Path since;

  @Option(
      names = "--without-column",
      paramLabel = "COLUMN",
      description =
          "Leaves a column out, which the certificate then says; may be given several times.")
  private List<String> without = List.of();

  @Option(
      names = "--names",
      defaultValue = "20",
      paramLabel = "N",
      description = "How many differences of each kind to name; all are counted. Default: 20.")
  private int names;

  /** For picocli. */
  public TableCommand() {}

  @Override
  public Integer call() {
    if (names < 0 || names > 10_000) {
      throw new ParameterException(
          spec.commandLine(), "--names is %d: expected 0 to 10000.".formatted(names));
    }
    Optional<PrivateKey> key = delivery.key();
    TableFindings findings;
    try (AuditProgress progress =
        new AuditProgress(new TerminalLine(spec.commandLine().getErr()))) {
      findings = new TableAudit(options(ConnectorFile.read(connector)), progress).run();
    } catch (KafkaException | UncheckedIOException e) {
      // The registry's troubles are Kafka exceptions, too.
      throw unfinished(e);
    }
    Certificate certificate = TableCertificate.of(findings, Instant.now());
    delivery.deliver(certificate, key, TableReport.of(findings), spec.commandLine().getOut());
    return switch (findings.verdict()) {
      case AGREE -> ExitCode.OK;
      case DIFFER -> ExitCode.DISAGREES;
      case UNDECIDED, NOTHING_IN_SIGHT -> ExitCode.FAILED;
    };
  }

  /** What Kafka, the registry or a temporary file didn't do. */
  static UserException unfinished(RuntimeException failure) {
    String cause = failure.getCause() == null ? null : failure.getCause().getMessage();
    return new UserException(
        "The audit could not be finished: %s%s"
            .formatted(failure.getMessage(), cause == null ? "" : ": " + cause),
        failure);
  }

  private TableAudit.Options options(ConnectorFile file) {
    Map<String, Object> clients = registry.over(kafka.over(file.clients()));
    return new TableAudit.Options(
        file,
        Optional.ofNullable(table),
        Optional.ofNullable(sink),
        Optional.ofNullable(since).map(Certificate::read),
        new HashSet<>(without),
        names,
        clients,
        database
            .url()
            .or(() -> file.resolved("connection.url", "--database"))
            .orElseThrow(
                () -> new UserException("The target database is not known: give --database.")),
        databaseProperties(file));
  }

  private Properties databaseProperties(ConnectorFile file) {
    Properties properties = new Properties();
    put(properties, "user", database.user().or(() -> file.resolved("connection.user", "--user")));
    put(
        properties,
        "password",
        database.password().or(() -> file.resolved("connection.password", "--password-file")));
    put(properties, "sslmode", file.text("connection.ssl.mode"));
    put(properties, "sslrootcert", file.text("connection.ssl.root.cert"));
    put(properties, "sslcert", file.text("connection.ssl.cert"));
    put(properties, "sslkey", file.text("connection.ssl.key"));
    return properties;
  }

  private static void put(Properties properties, String key, Optional<String> value) {
    value.ifPresent(text -> properties.setProperty(key, text));
  }
}
