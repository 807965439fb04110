package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import dev.onceflow.verification.checker.Rules;
import dev.onceflow.verification.cluster.Mode;
import dev.onceflow.verification.nemesis.FaultKind;
import dev.onceflow.verification.nemesis.Faults;
import dev.onceflow.verification.report.LeftOut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What a chaos run is asked to do; the seed is chosen here where none is given. */
final class ChaosOptions {
  static final String NOT_ASKED_FOR = "not asked for";
  private static final String NONE = "none";
  private static final Duration HORIZON_MIN = Duration.ofSeconds(30);

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
          "For how long faults are begun, such as 90s or 2h; isolated, each kind comes once at"
              + " least. Default: ${DEFAULT-VALUE}.")
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
      paramLabel = "SCALE",
      defaultValue = "small",
      converter = ScaleConverter.class,
      description = "small: one broker; full: three. Default: ${DEFAULT-VALUE}.")
  private Scale scale;

  @Option(
      names = "--phase",
      paramLabel = "PHASE",
      defaultValue = "isolated",
      converter = PhaseConverter.class,
      description =
          "isolated: the next fault waits until all works again; overlapping: at random times."
              + " Default: ${DEFAULT-VALUE}.")
  private Plan.Phase phase;

  @Option(
      names = "--gap",
      paramLabel = "D",
      defaultValue = "15s",
      converter = DurationConverter.class,
      description = "Mean time between overlapping faults. Default: ${DEFAULT-VALUE}.")
  private Duration gap;

  @Option(
      names = "--leg",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Which part of a long run this is: each has faults and load of its own. Default:"
              + " ${DEFAULT-VALUE}.")
  private int leg;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      converter = ModeConverter.class,
      defaultValue = "exactly-once",
      description =
          "exactly-once, or a control alone, which must be found invalid: at-least-once,"
              + " dedupe-off, fence-off, read-uncommitted, offsets-before-effect,"
              + " bug-forgotten-header, bug-effect-outside-transaction, bug-wrong-epoch."
              + " Default: ${DEFAULT-VALUE}.")
  private Mode mode;

  @Option(
      names = "--controls",
      paramLabel = "LIST",
      split = ",",
      defaultValue = "fence-off",
      description =
          "Controls to run afterwards, each for a short while, or all, or none; where one isn't"
              + " caught, or none was run, the answer is unknown. Default: ${DEFAULT-VALUE}; none"
              + " where --mode is one.")
  private List<String> controls;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Records a second, on average. Default: 300 small, 500 full.")
  private Integer rate;

  @Option(
      names = "--horizon",
      paramLabel = "D",
      converter = DurationConverter.class,
      description =
          "After how long the job forgets events, such as 3m, so that copies come on both sides of"
              + " that edge; controls forget nothing. Default: never.")
  private Duration horizon;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where all data lives. Default: a temporary folder, deleted after a valid run.")
  private Path data;

  /** The seed; a new one where none was given. */
  long seed() {
    if (seed == null) {
      seed = (long) ThreadLocalRandom.current().nextInt(1, 1_000_000);
    }
    return seed;
  }

  /**
   * The trial that is asked for.
   *
   * @throws UserException if a fault that was named can't be done at this scale
   */
  Plan plan() {
    if (leg < 1) {
      throw new UserException("--leg is %d: give 1 or more".formatted(leg));
    }
    List<FaultKind> kinds = new ArrayList<>();
    for (FaultKind kind : Faults.named(faults)) {
      if (kind.leftOut(scale.shape()).isEmpty()) {
        kinds.add(kind);
      } else if (!isAll(faults)) {
        throw new UserException(
            "Fault %s can't be done with --scale %s: %s."
                .formatted(kind.name(), lower(scale), kind.leftOut(scale.shape()).orElseThrow()));
      }
    }
    Schedule schedule = new Schedule(seed(), kinds);
    return new Plan(
        leg,
        scale,
        mode,
        schedule,
        Plan.firstIndex(leg, schedule),
        phase,
        duration,
        gap,
        perSecond(),
        rules());
  }

  private Rules rules() {
    if (horizon == null) {
      return Rules.DEFAULTS;
    }
    if (horizon.compareTo(HORIZON_MIN) < 0) {
      throw new UserException(
          "--horizon is %d s: give %d s or more, or what is on which side of it is a matter of"
                  .formatted(horizon.toSeconds(), HORIZON_MIN.toSeconds())
              + " moments");
    }
    // An ID that is ahead lifts the floor when it is forgotten: so the skew must be the shorter.
    return Rules.DEFAULTS.withHorizon(horizon.toMillis()).withSkew(horizon.toMillis() / 8);
  }

  /** The kinds that can't be done at this scale, and why. */
  List<LeftOut> leftOut() {
    List<LeftOut> all = new ArrayList<>();
    for (FaultKind kind : Faults.all()) {
      Optional<String> impossible = kind.leftOut(scale.shape());
      if (impossible.isPresent()) {
        all.add(LeftOut.fault(kind.name(), impossible.get()));
      } else if (!isAll(faults) && !faults.contains(kind.name())) {
        all.add(LeftOut.fault(kind.name(), NOT_ASKED_FOR));
      }
    }
    return all;
  }

  /**
   * The trials of the controls, after the run of what ships.
   *
   * @throws UserException if there is no control of a name
   */
  List<Plan> controls() {
    if (controls.equals(List.of(NONE)) || mode.isControl()) {
      return List.of();
    }
    List<Mode> modes =
        isAll(controls)
            ? Arrays.stream(Mode.values()).filter(Mode::isControl).toList()
            : controls.stream().map(ChaosOptions::control).toList();
    List<Plan> plans = new ArrayList<>();
    for (Mode each : modes) {
      plans.add(Controls.plan(each, leg + plans.size() + 1, scale, seed(), perSecond()));
    }
    return plans;
  }

  private static Mode control(String name) {
    return Arrays.stream(Mode.values())
        .filter(mode -> mode.isControl() && mode.option().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "There is no control %s. There are: %s"
                        .formatted(
                            name,
                            Arrays.stream(Mode.values())
                                .filter(Mode::isControl)
                                .map(Mode::option)
                                .collect(Collectors.joining(", ")))));
  }

  private int perSecond() {
    return rate == null ? scale.perSecond() : rate;
  }

  private static boolean isAll(List<String> names) {
    return names.equals(List.of(Faults.ALL_KINDS));
  }

  /** The command that repeats the run. */
  String command() {
    StringBuilder command = new StringBuilder("onceflow chaos");
    byName().forEach((name, value) -> command.append(" --").append(name).append(' ').append(value));
    return command.toString();
  }

  /** The options that decide what happens, as they hold. */
  Map<String, String> byName() {
    Map<String, String> all = new TreeMap<>();
    all.put("seed", Long.toString(seed()));
    all.put("duration", duration.toSeconds() + "s");
    all.put("faults", String.join(",", faults));
    all.put("scale", lower(scale));
    all.put("phase", lower(phase));
    all.put("leg", Integer.toString(leg));
    all.put("mode", mode.option());
    all.put("controls", String.join(",", controls));
    all.put("rate", Integer.toString(perSecond()));
    if (horizon != null) {
      all.put("horizon", horizon.toSeconds() + "s");
    }
    if (phase == Plan.Phase.OVERLAPPING) {
      all.put("gap", gap.toSeconds() + "s");
    }
    return all;
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Folder folder() {
    return Folder.of(data);
  }
}
