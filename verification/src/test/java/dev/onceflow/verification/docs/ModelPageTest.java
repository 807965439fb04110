package dev.onceflow.verification.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of the model names lines of code, actions and mutants that are there. */
class ModelPageTest {
  private static final Path MODEL = Path.of("model");
  private static final Path SINK = Path.of("..", "sink-connector", "src", "main", "java");
  private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");
  private static final Pattern ACTION = Pattern.compile("(?m)^\\| `([a-zA-Z]*[a-z]+)`");
  private static final Pattern MUTANT = Pattern.compile("(?m)^\\| `([A-Z_]+)`");
  private static final Pattern CHECKED = Pattern.compile("(?m)^mutant ([A-Z_]+)");

  private final String page;
  private final String model;
  private final String check;

  ModelPageTest() throws IOException {
    page = Files.readString(MODEL.resolve("README.md"));
    model = Files.readString(MODEL.resolve("handover.pml"));
    check = Files.readString(MODEL.resolve("check"));
  }

  @Test
  void everyMethodThatStandsForAnActionIsThere() throws IOException {
    Set<String> missing = new TreeSet<>();
    Matcher named = METHOD.matcher(page);
    int methods = 0;
    while (named.find()) {
      methods++;
      if (!declares(named.group(1), named.group(2))) {
        missing.add(named.group());
      }
    }

    assertThat(missing).isEmpty();
    assertThat(methods).isGreaterThan(30);
  }

  @Test
  void everyActionOnThePageIsInTheModel() {
    Set<String> actions = all(ACTION, page);

    assertThat(actions)
        .hasSizeGreaterThan(15)
        .allSatisfy(
            action ->
                assertThat(model).containsPattern("(inline|proctype|#define) " + action + "\\("));
  }

  @Test
  void everyMutantIsExplainedMadeAndChecked() {
    Set<String> mutants = all(MUTANT, page);

    assertThat(mutants)
        .hasSizeGreaterThan(10)
        .isEqualTo(all(CHECKED, check))
        .allSatisfy(mutant -> assertThat(model).containsPattern("(ifn?def |defined\\()" + mutant));
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    pattern.matcher(text).results().forEach(match -> found.add(match.group(1)));
    return found;
  }

  /** A declaration stands after a type and before a parameter list, and no call of it does. */
  private static boolean declares(String type, String method) throws IOException {
    try (Stream<Path> files = Files.walk(SINK)) {
      Path source = files.filter(file -> file.endsWith(type + ".java")).findFirst().orElse(null);
      return source != null
          && Pattern.compile("(?m)^  (?! )[\\w<>?,.\\[\\]@ ]*[\\w>\\]] " + method + "\\(")
              .matcher(Files.readString(source))
              .find();
    }
  }
}
