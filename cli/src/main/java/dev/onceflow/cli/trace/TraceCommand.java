package dev.onceflow.cli.trace;

import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.JobUrlOption;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.connection.RegistryOptions;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onceflow trace}. */
@Command(
    name = "trace",
    description = {
      "Tells the whole story of an event.",
      "",
      "Where it was produced, what dedupe said of each copy, what came of it in each",
      "topic, which rows it made, and where the fences of its partitions are.",
      "",
      "Kafka can't look an ID up, so records are read: by default those that arrived",
      "from 10 minutes before to 1 hour after the time inside the ID (a UUIDv7), or",
      "around the arrival that the job remembers (--job-url). How many were read, and",
      "what was not, is said. Nothing is changed, no consumer group is joined."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A record belongs to the event if its header ce_id is the event's ID or one that",
      "follows from it (debit, credit, rejected; balance, daily-total), if its value or",
      "key holds one of these as text, or if its header onceflow_input, or that of a",
      "record that was set aside, names the event's coordinates.",
      "",
      "Target tables are asked by columns that an index begins with. The sink notes no",
      "batch with a row: epoch and generation are those of the fence now.",
      "",
      "Examples:",
      "  onceflow trace 01938f6e-7c00-7a3b-9c1d-52a4a8e0b1c2 --profile production",
      "  onceflow trace 01938f6e-7c00-7a3b-9c1d-52a4a8e0b1c2 \\",
      "      --bootstrap-servers localhost:9092 --schema-registry http://localhost:8081 \\",
      "      --database jdbc:postgresql://localhost/shop --job-url http://localhost:8080",
      "  onceflow trace order-4711 --json \\",
      "      --from 2026-11-01T00:00:00Z --to 2026-11-02T00:00:00Z",
      "",
      "Exit codes: 0 found; 1 not found, and all that was ever in the input was read;",
      "2 out of sight (not in what was read, and there is more), or failed. With --json",
      "the field answer tells the two apart: a failure prints none."
    })
public final class TraceCommand implements Subcommand {
  private static final String APPLICATION = "onceflow trace";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "EVENT_ID", description = "The event's ID, as its producer minted it.")
  private String eventId;

  @Mixin private KafkaOptions kafka;
  @Mixin private RegistryOptions registry;
  @Mixin private DatabaseOptions database;
  @Mixin private JobUrlOption job;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Reads records from this time on, such as 2026-11-01T00:00:00Z.")
  private Instant from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Reads records of before this time. Default with --from: the end.")
  private Instant to;

  @Option(
      names = "--all",
      description = "Reads all that the topics hold, which may take long: watch the progress.")
  private boolean all;

  @Option(
      names = "--input",
      paramLabel = "TOPIC",
      description = "Where events are produced (default ${DEFAULT-VALUE}).")
  private String input = Topics.PAYMENTS.name();

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description =
          "A topic that the job writes; may be given several times. Default: those of the payments job.")
  private List<String> outputs =
      Topics.ALL.stream().filter(topic -> !topic.equals(Topics.PAYMENTS)).map(Topic::name).toList();

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  /** For the launcher. */
  public TraceCommand() {}

  @Override
  public Integer call() {
    if (eventId.isBlank()) {
      throw new ParameterException(spec.commandLine(), "EVENT_ID is empty: give the event's ID.");
    }
    var brokers = kafka.required();
    JobMemory memory =
        job.url().map(url -> JobMemory.ask(url, eventId)).orElseGet(JobMemory::notAsked);
    Window window = window(memory);
    Story story;
    // The database is reached at once, so that nobody waits for the topics in vain, and asked last.
    try (TargetDatabase asked = openDatabase();
        TerminalLine progress = new TerminalLine(spec.commandLine().getErr());
        TopicSearch topics = new TopicSearch(brokers, progress)) {
      story =
          new Search(topics, values())
              .tell(
                  eventId,
                  new Search.Where(input, outputs, window),
                  memory,
                  Optional.ofNullable(asked));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(StoryJson.of(story).toPrettyString());
    } else {
      StoryText.print(story, out);
    }
    out.flush();
    return story.answer().exitCode();
  }

  private ValueText values() {
    try {
      return new ValueText(registry.settings());
    } catch (ConfigException e) {
      throw new UserException("The schema registry's settings are wrong: " + e.getMessage(), e);
    }
  }

  private TargetDatabase openDatabase() {
    return database.url().isPresent() ? new TargetDatabase(database.connect(APPLICATION)) : null;
  }

  private Window window(JobMemory memory) {
    if (all && (from != null || to != null)) {
      throw new ParameterException(
          spec.commandLine(), "--all and --from or --to exclude each other: give one of them.");
    }
    if (all) {
      return Window.everything();
    }
    if (from != null || to != null) {
      if (from != null && to != null && !from.isBefore(to)) {
        throw new ParameterException(
            spec.commandLine(), "--from %s is not before --to %s.".formatted(from, to));
      }
      return new Window(Optional.ofNullable(from), Optional.ofNullable(to), "as asked");
    }
    if (memory.arrived().isPresent()) {
      return Window.around(memory.arrived().get(), "around the arrival that the job remembers");
    }
    OptionalLong time = EventIds.timeMs(eventId);
    if (time.isEmpty()) {
      throw new UserException(
          "Event ID %s has no time inside (it is no UUIDv7): say when it arrived with --from and --to, give --job-url, which may know, or read everything with --all."
              .formatted(eventId));
    }
    return Window.around(Instant.ofEpochMilli(time.getAsLong()), "around the time inside the ID");
  }
}
