package dev.onceflow.verification.chaos;

import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Mode;
import dev.onceflow.verification.nemesis.FaultKind;
import dev.onceflow.verification.nemesis.Faults;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow chaos}: the whole path under faults, judged. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the whole path on this machine under load and faults, and judges what stands in topics and"
          + " tables by what must be made of the input: every effect exactly once.",
      "",
      "Every fault has to show that it bit, and the path to work again on every partition."
    },
    footer = {
      "",
      "Examples:",
      "  onceflow chaos --scale small --duration 90s --faults job-killed,broker-killed --seed 1",
      "  onceflow chaos --mode at-least-once    a control: the judgement must find fault with it",
      "",
      "Everything listens on loopback only. The same seed and faults give the same schedule.",
      "Exit codes: 0 valid; 1 invalid: something was lost, came twice or did not recover;",
      "2 unknown: a fault did not bite, or the run failed."
    })
public final class ChaosCommand implements Subcommand {
  private static final Duration MARGIN = Duration.ofMinutes(20);

  @Spec private CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Decides load, order of faults and victims. Default: a new one, printed.")
  private Long seed;

  @Option(
      names = "--duration",
      paramLabel = "D",
      defaultValue = "5m",
      converter = DurationConverter.class,
      description =
          "For how long faults are begun, such as 90s or 2h; each kind comes once at least."
              + " Default: ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(
      names = "--faults",
      paramLabel = "LIST",
      split = ",",
      defaultValue = Faults.ALL_KINDS,
      description = "Names with commas between, or all. Default: ${DEFAULT-VALUE}.")
  private List<String> faults;

  @Option(
      names = "--scale",
      defaultValue = "SMALL",
      description = "small: one broker; full: three. Default: small.")
  private Scale scale;

  @Option(
      names = "--phase",
      defaultValue = "ISOLATED",
      description =
          "isolated: the next fault waits until all works again; overlapping: at random times."
              + " Default: isolated.")
  private Phase phase;

  @Option(
      names = "--gap",
      paramLabel = "D",
      defaultValue = "15s",
      converter = DurationConverter.class,
      description = "Mean time between overlapping faults. Default: ${DEFAULT-VALUE}.")
  private Duration gap;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      converter = ModeConverter.class,
      defaultValue = "exactly-once",
      description =
          "exactly-once, or a control that must be caught: at-least-once, fence-off."
              + " Default: ${DEFAULT-VALUE}.")
  private Mode mode;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Records a second. Default: 300 small, 500 full.")
  private Integer rate;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where all data lives. Default: a temporary folder, deleted after a valid run.")
  private Path data;

  enum Phase {
    ISOLATED,
    OVERLAPPING
  }

  @Override
  public Integer call() throws InterruptedException {
    long chosenSeed = seed == null ? ThreadLocalRandom.current().nextInt(1, 1_000_000) : seed;
    List<FaultKind> kinds = Faults.named(faults);
    kinds.forEach(
        kind ->
            kind.leftOut(scale.shape())
                .filter(why -> !faults.equals(List.of(Faults.ALL_KINDS)))
                .ifPresent(
                    why -> {
                      throw new UserException(kind.name() + " can't be done here: " + why);
                    }));
    List<FaultKind> possible =
        kinds.stream().filter(kind -> kind.leftOut(scale.shape()).isEmpty()).toList();
    Schedule schedule = new Schedule(chosenSeed, possible);
    PrintWriter err = spec.commandLine().getErr();
    say(err, "Seed %d. Again: %s".formatted(chosenSeed, commandToRepeat(chosenSeed)));
    Folder folder = Folder.of(data);
    Outcome outcome = run(schedule, folder.path(), err);
    print(outcome, chosenSeed);
    if (outcome.verdict() == Verdict.VALID) {
      folder.deleteIfTemporary();
    } else {
      say(err, "Data and logs are kept in " + folder.path());
    }
    return outcome.verdict().exitCode();
  }

  private Outcome run(Schedule schedule, Path folder, PrintWriter err) throws InterruptedException {
    int perSecond = rate == null ? scale.perSecond() : rate;
    try (Cluster cluster = new Cluster(folder, scale.shape(), mode)) {
      // Ctrl-C ends this JVM through its shutdown hooks; children end with it in any case.
      say(err, "Starting %s, %s".formatted(scale.shape(), mode.option()));
      cluster.start();
      try (Flow flow = new Flow(cluster)) {
        PacedLoad load =
            new PacedLoad(
                cluster.clientConfig(),
                folder.resolve("rejects.csv"),
                duration.plus(MARGIN).toSeconds() * perSecond,
                schedule.seed(),
                perSecond);
        ChaosRun run = new ChaosRun(cluster, flow, load, line -> say(err, line));
        run.awaitFlow();
        if (phase == Phase.ISOLATED) {
          run.isolated(schedule, duration, 0);
        } else {
          run.overlapping(schedule, duration, gap);
        }
        load.end();
        say(err, "%,d records sent; waiting for the last of them to go through".formatted(load.sent()));
        List<Check> checks = new Endgame(cluster, flow).judged();
        return new Outcome(run.faults(), checks, cluster.observations(), load.sent());
      }
    }
  }

  private void print(Outcome outcome, long chosenSeed) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%n%-28s %-10s %-9s %s%n", "fault", "victim", "recovery", "bite");
    outcome
        .faults()
        .forEach(
            fault ->
                out.printf(
                    "%-28s %-10s %-9s %s%n",
                    fault.kind(),
                    fault.victim(),
                    fault
                        .recovery()
                        .map(time -> "%.1f s".formatted(time.toMillis() / 1_000.0))
                        .orElse("none"),
                    (fault.isBitten() ? "" : "NOT BITTEN: ") + fault.bite()));
    out.println();
    outcome.checks().forEach(out::println);
    outcome.observations().forEach(each -> out.println("seen: " + each));
    out.printf(
        "%n%s: %,d records, %d faults, %s. Seed %d; again: %s%n",
        outcome.verdict().name().toLowerCase(Locale.ROOT),
        outcome.sent(),
        outcome.faults().size(),
        mode.option(),
        chosenSeed,
        commandToRepeat(chosenSeed));
    out.flush();
  }

  private String commandToRepeat(long chosenSeed) {
    return "onceflow chaos --seed %d --duration %ds --faults %s --scale %s --phase %s --mode %s%s"
        .formatted(
            chosenSeed,
            duration.toSeconds(),
            String.join(",", faults),
            scale.name().toLowerCase(Locale.ROOT),
            phase.name().toLowerCase(Locale.ROOT),
            mode.option(),
            (phase == Phase.OVERLAPPING ? " --gap " + gap.toSeconds() + "s" : "")
                + (rate == null ? "" : " --rate " + rate));
  }

  private static void say(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }
}
