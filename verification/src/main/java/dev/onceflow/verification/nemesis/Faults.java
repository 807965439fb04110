package dev.onceflow.verification.nemesis;

import dev.onceflow.cli.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The kinds of faults there are, by their names. */
public final class Faults {
  /** The word for all of them. */
  public static final String ALL_KINDS = "all";

  private static final List<FaultKind> ALL =
      List.of(new JobKilled(), new BrokerKilled(), new DatabaseKilled(), new WorkerKilled());

  private Faults() {}

  /** All kinds. */
  public static List<FaultKind> all() {
    return ALL;
  }

  /**
   * Those that a list names.
   *
   * @param names or {@value #ALL_KINDS}
   * @throws UserException if there is no fault of a name
   */
  public static List<FaultKind> named(List<String> names) {
    if (names.equals(List.of(ALL_KINDS))) {
      return ALL;
    }
    List<FaultKind> found = new ArrayList<>();
    for (String name : names) {
      found.add(
          ALL.stream()
              .filter(kind -> kind.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UserException(
                          "There is no fault %s. There are: %s"
                              .formatted(
                                  name,
                                  ALL.stream()
                                      .map(FaultKind::name)
                                      .sorted()
                                      .collect(Collectors.joining(", "))))));
    }
    return List.copyOf(found);
  }
}
