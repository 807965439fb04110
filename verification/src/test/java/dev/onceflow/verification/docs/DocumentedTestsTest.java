package dev.onceflow.verification.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that a page names is there. */
class DocumentedTestsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");

  @Test
  void everyTestThatAPageNamesIsThere() throws IOException {
    Map<String, Path> classes = testClasses();
    Set<String> missing = new TreeSet<>();
    int named = 0;
    for (Path page : pages()) {
      Matcher test = NAMED.matcher(Files.readString(page));
      while (test.find()) {
        named++;
        Path source = classes.get(test.group(1) + ".java");
        if (source == null || !Files.readString(source).contains(" " + test.group(2) + "(")) {
          missing.add(page.getFileName() + ": " + test.group());
        }
      }
    }

    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(50);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
      return pages.filter(page -> page.toString().endsWith(".md")).toList();
    }
  }

  private static Map<String, Path> testClasses() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src").resolve("test").resolve("java"))
          .filter(Files::isDirectory)
          .flatMap(DocumentedTestsTest::sources)
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString(), Function.identity(), (a, b) -> a));
    }
  }

  private static Stream<Path> sources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(
              file ->
                  file.toString().endsWith("Test.java")
                      || file.toString().matches(".*(IT|Suite)\\.java"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
