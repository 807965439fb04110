package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What lies in target/plugin after packaging. */
class PluginLayoutIT {
  private static final Path PLUGIN = Path.of("target", "plugin", "onceflow-sink");
  private static final Path WEAKENED = Path.of("target", "plugin", "onceflow-sink-weakened");
  private static final String SERVICES =
      "META-INF/services/org.apache.kafka.connect.sink.SinkConnector";

  private static List<Path> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static List<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(ZipEntry::getName).toList();
    }
  }

  private static String text(Path jar, String entry) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return new String(
          file.getInputStream(file.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Path ours(Path directory) throws IOException {
    return jars(directory).stream()
        .filter(jar -> jar.getFileName().toString().startsWith("onceflow-"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatShipsIsWhatRuntimeDepsListsAndNothingElse() throws IOException {
    List<String> expected =
        new ArrayList<>(
            Files.readAllLines(Path.of("runtime-deps.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList());
    expected.add(ours(PLUGIN).getFileName().toString());

    assertThat(jars(PLUGIN))
        .extracting(jar -> jar.getFileName().toString())
        .as("sink-connector/runtime-deps.txt against " + PLUGIN)
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void zipHoldsOneFolderWithTheJarsAndTheirLicences() throws IOException {
    Path zip =
        jars(Path.of("target")).stream()
            .filter(file -> file.toString().endsWith(".zip"))
            .findFirst()
            .orElseThrow();
    String folder = zip.getFileName().toString().replace(".zip", "/");

    List<String> expected = new ArrayList<>(List.of(folder + "LICENSE", folder + "NOTICE"));
    for (Path jar : jars(PLUGIN)) {
      expected.add(folder + jar.getFileName());
    }

    assertThat(entries(zip))
        .filteredOn(name -> !name.endsWith("/"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(text(zip, folder + "NOTICE"))
        .as("every jar that ships is named")
        .satisfies(
            notice ->
                Files.readAllLines(Path.of("runtime-deps.txt")).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(
                        jar ->
                            assertThat(notice)
                                .contains(":" + jar.replaceFirst("-[0-9].*", "") + ")")));
  }

  @Test
  void carriesNoClassOfTheWorkers() throws IOException {
    for (Path directory : List.of(PLUGIN, WEAKENED)) {
      for (Path jar : jars(directory)) {
        assertThat(entries(jar))
            .as(jar.toString())
            .noneMatch(name -> name.startsWith("org/apache/kafka/"))
            .noneMatch(name -> name.startsWith("org/slf4j/"));
      }
    }
  }

  @Test
  void connectorIsFoundByServiceLoader() throws IOException {
    assertThat(text(ours(PLUGIN), SERVICES).trim())
        .isEqualTo(OnceflowSinkConnector.class.getName());
    assertThat(text(ours(WEAKENED), SERVICES).lines())
        .containsExactlyInAnyOrder(
            WeakenedSinkConnector.class.getName(),
            WeakenedIsolationSinkConnector.class.getName(),
            WeakenedOffsetsSinkConnector.class.getName(),
            WeakenedTransactionSinkConnector.class.getName(),
            WeakenedEpochSinkConnector.class.getName());
  }

  @Test
  void nothingWeakenedShips() throws IOException {
    assertThat(entries(ours(PLUGIN)))
        .contains("dev/onceflow/sink/OnceflowSinkTask.class")
        .noneMatch(name -> name.contains("Weakened") || name.contains("Testing"));
    // The control is complete, so that its failures are its own.
    assertThat(entries(ours(WEAKENED)))
        .contains(
            "dev/onceflow/sink/WeakenedSinkTask.class",
            "dev/onceflow/sink/WeakenedGuarantee.class",
            "dev/onceflow/sink/OnceflowSinkTask.class");
  }
}
