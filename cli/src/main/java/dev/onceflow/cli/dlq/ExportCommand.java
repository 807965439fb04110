package dev.onceflow.cli.dlq;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.connection.RegistryOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow dlq export} and {@code onceflow quarantine export}. */
@Command(
    name = "export",
    description = {
      "Writes the records that are open to a file, one line of JSON each, for 'import'.",
      "",
      "key, value and headers are what is to be sent, without the headers that tell",
      "why the record was set aside; these three may be edited. What is not edited is",
      "sent byte for byte as it came.",
      "",
      "Of a sink's table (--sink) it writes what the input holds (content: input), else",
      "what the table has of the record (content: table). Where that is {\"json\": ...},",
      "'import' wants what is to be sent in its place, as text or base64."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow dlq export payments-dlq --bootstrap-servers localhost:9092 \\",
      "      --code not-positive --schema-registry http://localhost:8081 --file open.jsonl",
      "  onceflow quarantine export payments-quarantine --profile production \\",
      "      --code altered --file altered.jsonl",
      "",
      "Exit codes: 0 written, also where none is open; 2 failed."
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TopicOptions topic;
  @Mixin private KafkaOptions kafka;
  @Mixin private DatabaseOptions database;
  @Mixin private FilterOptions filter;
  @Mixin private RegistryOptions registry;

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description = "Where to; it must not be there yet.")
  private Path file;

  private long written;

  @Override
  public Integer call() {
    ExportLine lines = new ExportLine(ValueFormat.of(registry.settings()));
    try (Cluster cluster = Cluster.of(kafka.required());
        SetAsideStore setAside = topic.open(cluster, database);
        InputTopics inputs = new InputTopics(cluster)) {
      try (Writer out =
          Files.newBufferedWriter(
              file,
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE)) {
        setAside.visit(
            filter.filter(),
            record -> {
              if (setAside.decisions().about(record).isEmpty()) {
                write(out, lines.write(setAside.id(), record, original(inputs, record)));
              }
              return true;
            });
      }
    } catch (FileAlreadyExistsException e) {
      throw new UserException(
          "File %s is there already: give another name, or delete it.".formatted(file), e);
    } catch (IOException | UncheckedIOException e) {
      throw new UserException("File %s can't be written: %s.".formatted(file, e.getMessage()), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%,d records written to %s%n", written, file);
    out.flush();
    return ExitCode.OK;
  }

  // A table may hold another form of it.
  private static Optional<Resend.Content> original(InputTopics inputs, SetAsideRecord record) {
    return record.row().isEmpty() ? Optional.empty() : inputs.original(record);
  }

  private void write(Writer out, String line) {
    try {
      out.write(line);
      out.write('\n');
      written++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
