package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.RegistryOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceflow dlq import} and {@code onceflow quarantine import}. */
@Command(
    name = "import",
    description = {
      "Sends records of a file that 'export' wrote to the input, each once.",
      "",
      "What is sent is the file's key, value and headers; 'at' says which record it is",
      "in place of. A record that was dealt with meanwhile is passed over, so the same",
      "file may be imported again. Under another key a record goes where Kafka's",
      "producers put that key, else to the partition that it came from."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow dlq import payments-dlq --bootstrap-servers localhost:9092 \\",
      "      --schema-registry http://localhost:8081 --file mended.jsonl \\",
      "      --reason 'amounts had the wrong sign'",
      "  onceflow quarantine import payments-quarantine --profile production \\",
      "      --file altered.jsonl --reason 'they are other events, and have IDs of their own'",
      "",
      "Exit codes: 0 all that is meant was sent, 1 some stay open, 2 failed."
    })
final class ImportCommand extends ChangeCommand {
  @Mixin private RegistryOptions registry;
  @Mixin private ResendOptions resend;

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description = "What to send, one line of JSON for each record; held in memory.")
  private Path file;

  private Map<Place, ExportLine.Edited> lines;

  @Override
  Filter filter() {
    lines = read();
    return Filter.at(lines.keySet());
  }

  @Override
  OptionalLong named() {
    return OptionalLong.of(lines.size());
  }

  private Map<Place, ExportLine.Edited> read() {
    ExportLine format = new ExportLine(ValueFormat.of(registry.settings()));
    Map<Place, ExportLine.Edited> read = new HashMap<>();
    int number = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String text = reader.readLine();
      while (text != null) {
        number++;
        if (!text.isBlank()) {
          ExportLine.Edited line = format.read(text);
          if (read.put(line.place(), line) != null) {
            throw new IllegalArgumentException(
                "the record at %s is there twice".formatted(line.place()));
          }
        }
        text = reader.readLine();
      }
    } catch (IllegalArgumentException e) {
      throw new UserException("%s, line %d: %s.".formatted(file, number, e.getMessage()), e);
    } catch (IOException e) {
      throw new UserException("File %s can't be read: %s.".formatted(file, e.getMessage()), e);
    }
    if (read.isEmpty()) {
      throw new UserException("File %s has no line.".formatted(file));
    }
    return read;
  }

  @Override
  Horizon horizon() {
    return resend.horizon();
  }

  @Override
  Function<SetAsideRecord, Action> plan(
      SetAsideStore setAside, Targets targets, Operator operator) {
    for (ExportLine.Edited line : lines.values()) {
      if (!line.topicId().equals(setAside.id())) {
        throw new UserException(
            """
            File %s was exported from a topic with the ID %s; %s has the ID %s. It is another \
            topic, or was made again: export once more."""
                .formatted(file, line.topicId(), setAside.name(), setAside.id()));
      }
    }
    Resend copies = resend.resend(targets);
    return record -> {
      ExportLine.Edited line = lines.get(Place.of(record));
      return line == null
          ? new Action.Leave("its line has no at.row: keep that as 'export' wrote it")
          : copies.imported(record, line);
    };
  }
}
