package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import dev.onceflow.streams.dedupe.DedupeConfig;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Option;

/** How copies are made. */
final class ResendOptions {
  static final String ANY_ORDER = "--tables-by-version-or-event-id";

  @Option(
      names = "--redrives-max",
      defaultValue = "3",
      paramLabel = "N",
      description =
          "A record that was sent again so often (onceflow_redrives) stays open. Default: "
              + "${DEFAULT-VALUE}.")
  private long redrivesMax;

  @Option(
      names = "--copy-headers",
      split = ",",
      defaultValue = "*",
      paramLabel = "NAME",
      description =
          "Which headers of its own a record keeps: names, or beginnings such as trace*; those of "
              + "CloudEvents (ce_*) in any case. Default: all.")
  private List<String> copied;

  @Option(
      names = ANY_ORDER,
      description =
          "Takes what sinks of Kafka Connect set aside, too. Say so only if all tables of all readers go by "
              + "a version in the record, deletes too, or by event ID: in others an older record "
              + "that is sent again overwrites a newer row. What has no value stays open.")
  private boolean anyOrder;

  @Option(
      names = "--horizon-ms",
      paramLabel = "MS",
      description =
          "How long readers of the input remember event IDs, their dedupe.horizon.ms; -1 is for "
              + "ever. The report counts what may lie behind it. Default: ${DEFAULT-VALUE}.")
  private long horizonMs = (long) DedupeConfig.DEF.defaultValues().get(DedupeConfig.HORIZON_MS);

  Horizon horizon() {
    if (horizonMs < 1 && horizonMs != DedupeConfig.FOREVER) {
      throw new UserException(
          "--horizon-ms is %d: expected milliseconds from 1 on, or -1.".formatted(horizonMs));
    }
    return new Horizon(horizonMs, System.currentTimeMillis());
  }

  Resend resend(Targets targets) {
    if (redrivesMax < 1) {
      throw new UserException(
          "--redrives-max is %d: expected a number from 1 on.".formatted(redrivesMax));
    }
    return new Resend(new OwnHeaders(copied), redrivesMax, targets, Clock.systemUTC())
        .with(anyOrder ? Resend.SinkTables.TAKE_ANY_ORDER : Resend.SinkTables.UNKNOWN);
  }
}
