package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.connection.RegistryOptions;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow dlq show} and {@code onceflow quarantine show}. */
@Command(
    name = "show",
    description = {
      "Shows records whole: key, value, headers, why they were set aside, where they",
      "came from, and what was decided about them.",
      "",
      "With --schema-registry, values in Confluent's wire format are shown decoded."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow dlq show payments-dlq --bootstrap-servers localhost:9092 --at 0:17",
      "  onceflow quarantine show payments-quarantine --code altered \\",
      "      --bootstrap-servers localhost:9092 --schema-registry http://localhost:8081",
      "",
      "Exit codes: 0 shown, 1 no record fits, 2 failed."
    })
final class ShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TopicOptions topic;
  @Mixin private KafkaOptions kafka;
  @Mixin private DatabaseOptions database;
  @Mixin private FilterOptions filter;
  @Mixin private RegistryOptions registry;

  @Option(
      names = "--max",
      defaultValue = "10",
      paramLabel = "N",
      description = "How many at most. Default: ${DEFAULT-VALUE}.")
  private long max;

  @Option(names = "--json", description = "Shows each record as one line of JSON.")
  private boolean json;

  private long shown;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ValueFormat format = ValueFormat.of(registry.settings());
    try (Cluster cluster = Cluster.of(kafka.required());
        SetAsideStore setAside = topic.open(cluster, database)) {
      setAside.visit(
          filter.filter(),
          record -> {
            Optional<Decision> decision = setAside.decisions().about(record);
            out.print(json ? line(record, decision, format) : text(record, decision, format));
            shown++;
            return shown < max;
          });
    }
    if (shown == 0 && !json) {
      out.println("There is no such record.");
    }
    out.flush();
    return shown == 0 ? ExitCode.DISAGREES : ExitCode.OK;
  }

  private static String line(
      SetAsideRecord record, Optional<Decision> decision, ValueFormat format) {
    ObjectNode line = Json.object();
    line.set("at", Json.of(record.at()));
    line.set("set_aside", Json.setAside(record));
    decision.ifPresent(decided -> line.set("decided", Json.of(decided)));
    line.put("timestamp", record.raw().timestamp());
    line.set("key", Json.key(record));
    line.set("value", Json.value(record, format));
    line.set("headers", Json.headers(record.raw().headers()));
    return line + System.lineSeparator();
  }

  private static String text(
      SetAsideRecord record, Optional<Decision> decision, ValueFormat format) {
    StringBuilder text = new StringBuilder();
    text.append("%s (--at %s)%n".formatted(record.at(), Place.of(record)));
    text.append("  reason    %s: %s%n".formatted(record.code(), record.detail()));
    text.append(
        "  set aside by %s of %s, task %s; attempt %d, redriven %d times, first %s%n"
            .formatted(
                record.operator(),
                record.application(),
                record.task(),
                record.attempt(),
                record.redrives(),
                record.firstFailed()));
    text.append(
        "  from      %s%n"
            .formatted(record.origin().map(Object::toString).orElse(SetAsideRecord.UNKNOWN)));
    text.append(
        "  decided   %s%n"
            .formatted(
                decision
                    .map(
                        d ->
                            "%s by %s at %s: %s"
                                .formatted(d.as().label(), d.by(), d.at(), d.reason()))
                    .orElse("no, it is open")));
    record
        .leftOut()
        .ifPresent(
            what -> text.append("  left out  %s: it is in the input only%n".formatted(what)));
    text.append("  key       %s%n".formatted(Json.key(record)));
    text.append("  value     %s%n".formatted(Json.value(record, format)));
    for (var header : record.raw().headers()) {
      text.append("  header    %s = %s%n".formatted(header.key(), Json.bytes(header.value())));
    }
    return text.toString()
        .lines()
        .map(Columns::printable)
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
