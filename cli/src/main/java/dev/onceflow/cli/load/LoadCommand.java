package dev.onceflow.cli.load;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.connection.RegistryOptions;
import dev.onceflow.cli.load.mapping.Mapping;
import dev.onceflow.cli.load.sample.SampleEvents;
import dev.onceflow.cli.load.source.PaymentSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow load}. */
@Command(
    name = "load",
    description = {
      "Loads a file, or made-up payments, into topic payments.",
      "",
      "Event IDs follow from the input, so loading it again has no second effect:",
      "after a failure, run the same command again."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footerHeading = "%nThe mapping file (YAML) has these keys:%n",
    footer = {
      "  source   a name for what the file holds: part of every ID, so keep it",
      "  format   csv or jsonl, gzipped or not",
      "  charset  UTF-8 unless given",
      "  separator, header",
      "           for csv: comma unless given; names where the file has none",
      "  columns  NAME: text, decimal or time; or NAME with",
      "             type      text, decimal or time",
      "             from      its name in the file",
      "             default   stands in for an empty cell",
      "             optional  true: may be empty",
      "             format    of a time: iso, epoch-seconds, epoch-millis,",
      "                       or a pattern such as dd/MM/yyyy HH:mm",
      "             zone      where a time without a zone was written down",
      "  let      NAME with expression (JEXL, in decimals of 34 digits),",
      "           and scale and rounding (half-even ...) where it is rounded",
      "  event    each field of a payment event, with one of column, constant,",
      "           expression; event_id and payment_id also with id_of:",
      "             line      from source and line number (or a column's)",
      "             content   from all columns (columns, except: [NAME, ...])",
      "",
      "A line that can't be mapped goes to the rejects file with the reason,",
      "and the load goes on.",
      "",
      "Examples:",
      "  onceflow load --input online-retail.csv.gz \\",
      "      --mapping examples/online-retail.yaml --dry-run",
      "  onceflow load --bootstrap-servers localhost:9092 \\",
      "      --schema-registry http://localhost:8081 --events 100000 --seed 7",
      "",
      "Exit codes: 0 loaded, rejected lines or not; 2 failed."
    })
public final class LoadCommand implements Subcommand {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Input input;

  @Mixin private KafkaOptions kafka;
  @Mixin private RegistryOptions registry;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description =
          "Where lines that can't be mapped go, as CSV with line, column, reason, raw. Default: the input's name with .rejects.csv, in the working directory.")
  private Path rejects;

  @Option(names = "--dry-run", description = "Maps and reports, and sends nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  /** Exactly one of the two. */
  private static final class Input {
    @ArgGroup(exclusive = false, multiplicity = "1", heading = "%nA file:%n")
    private FileInput file;

    @ArgGroup(exclusive = false, multiplicity = "1", heading = "%nOr made-up payments:%n")
    private SampleInput sample;
  }

  private static final class FileInput {
    @Option(
        names = "--input",
        required = true,
        paramLabel = "FILE",
        description = "CSV or JSON lines, gzipped or not.")
    private Path file;

    @Option(
        names = "--mapping",
        required = true,
        paramLabel = "FILE",
        description = "How its columns become payments; see below.")
    private Path mapping;
  }

  private static final class SampleInput {
    @Option(
        names = "--events",
        required = true,
        paramLabel = "N",
        description =
            "How many: whole lives of payments with duplicates, retries, altered copies, forbidden steps, unreadable bytes.")
    private long events;

    @Option(
        names = "--seed",
        defaultValue = "1",
        paramLabel = "S",
        description = "The same seed makes the same events (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
        names = "--start",
        defaultValue = "2026-01-01T00:00:00Z",
        paramLabel = "TIME",
        description = "When the first one happens (default ${DEFAULT-VALUE}).")
    private Instant start;
  }

  /** For the launcher. */
  public LoadCommand() {}

  @Override
  public Integer call() {
    // Before the input is opened: what is missing is said at once.
    Optional<Map<String, Object>> servers = dryRun ? Optional.empty() : Optional.of(servers());
    LoadReport report;
    try (PaymentSource source = open();
        Delivery delivery = servers.map(LoadCommand::deliver).orElse(Delivery.none());
        TerminalLine line = new TerminalLine(spec.commandLine().getErr())) {
      LoadResult result =
          new PaymentLoader(delivery).load(source, rejectsFile(), new ProgressLine(line));
      report =
          new LoadReport(
              inputName(), result, source instanceof SampleEvents sample ? sample.counts() : null);
    }
    spec.commandLine().getOut().print(json ? report.json() : report.text());
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private PaymentSource open() {
    if (input.sample != null) {
      SampleInput sample = input.sample;
      if (sample.events < 1) {
        throw new ParameterException(
            spec.commandLine(), "--events is %d: give at least 1.".formatted(sample.events));
      }
      return new SampleEvents(sample.events, sample.seed, sample.start);
    }
    return Mapping.read(input.file.mapping).open(input.file.file);
  }

  private Map<String, Object> servers() {
    Optional<Map<String, Object>> brokers = kafka.settings();
    Optional<Map<String, Object>> schemas = registry.settings();
    if (brokers.isEmpty() || schemas.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "Give --bootstrap-servers and --schema-registry, or --dry-run to send nothing; 'onceflow profile show' says what the environment and the profile give.");
    }
    Map<String, Object> servers = new HashMap<>(brokers.get());
    servers.putAll(schemas.get());
    return servers;
  }

  private static Delivery deliver(Map<String, Object> servers) {
    return KafkaDelivery.open(servers);
  }

  private Path rejectsFile() {
    Path file = rejects != null ? rejects : Path.of(inputName() + ".rejects.csv");
    if (input.file != null
        && file.toAbsolutePath().normalize().equals(input.file.file.toAbsolutePath().normalize())) {
      throw new UserException(
          "--rejects names the input itself, %s, which would be overwritten: give another file"
              .formatted(file));
    }
    return file;
  }

  private String inputName() {
    return input.file == null ? "sample-events" : input.file.file.getFileName().toString();
  }
}
