package dev.onceflow.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AssertionFailureBuilder;

/**
 * The description of a topology as it is deployed, in a file under version control. Another
 * description means other task IDs, stores or internal topics: state of running jobs would be lost,
 * or met by the wrong task. So the file is changed on purpose, together with a plan for the
 * upgrade.
 */
public final class GoldenTopology {
  /** The system property that, when it is {@code true}, writes the file instead of comparing. */
  public static final String WRITE = "onceflow.golden.write";

  private GoldenTopology() {}

  /**
   * Compares, or writes the file with {@code -Donceflow.golden.write=true}.
   *
   * @param topology the topology as it is now
   * @param golden the file, relative to the module's folder
   * @throws AssertionError if they differ, line by line, or there is no file
   */
  public static void assertUnchanged(Topology topology, Path golden) {
    String actual = topology.describe().toString().strip() + "\n";
    try {
      if (Boolean.getBoolean(WRITE)) {
        Files.createDirectories(golden.toAbsolutePath().getParent());
        Files.writeString(golden, actual);
        return;
      }
      if (!Files.exists(golden)) {
        throw new AssertionError(
            "%s does not exist. Run the test once with -D%s=true, read it, and commit it."
                .formatted(golden, WRITE));
      }
      compare(Files.readString(golden).strip() + "\n", actual, golden);
    } catch (IOException e) {
      throw new UncheckedIOException(golden + " can't be read or written", e);
    }
  }

  private static void compare(String expected, String actual, Path golden) {
    if (!actual.equals(expected)) {
      AssertionFailureBuilder.assertionFailure()
          .message(
              """
              The topology is not the one in %s (-), but this (+):
              %s
              State of running jobs hangs on its names and numbers. If the change is meant, say how \
              jobs are upgraded, and write the file with -D%s=true.
              """
                  .formatted(
                      golden,
                      difference(expected.lines().toList(), actual.lines().toList()),
                      WRITE))
          .expected(expected)
          .actual(actual)
          .buildAndThrow();
    }
  }

  // Descriptions have tens of lines, so the table of the longest common subsequence is small.
  private static String difference(List<String> expected, List<String> actual) {
    int[][] common = new int[expected.size() + 1][actual.size() + 1];
    for (int i = expected.size() - 1; i >= 0; i--) {
      for (int j = actual.size() - 1; j >= 0; j--) {
        common[i][j] =
            expected.get(i).equals(actual.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<String> lines = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < expected.size() || j < actual.size()) {
      boolean left = i < expected.size();
      boolean right = j < actual.size();
      if (left && right && expected.get(i).equals(actual.get(j))) {
        lines.add("  " + expected.get(i));
        i++;
        j++;
      } else if (left && (!right || common[i + 1][j] >= common[i][j + 1])) {
        lines.add("- " + expected.get(i++));
      } else {
        lines.add("+ " + actual.get(j++));
      }
    }
    return String.join("\n", lines);
  }
}
