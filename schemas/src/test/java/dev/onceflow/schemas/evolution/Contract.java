package dev.onceflow.schemas.evolution;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;

/**
 * A contract with its past.
 *
 * @param name its simple name
 * @param current what src/main/avro says
 * @param released what records were written with so far, oldest first
 * @param rule which way it must stay compatible
 */
record Contract(String name, Schema current, List<Schema> released, Rule rule) {
  static final Path HISTORY = Path.of("src", "main", "avro-history");
  private static final Path CURRENT = Path.of("src", "main", "avro");

  /** All of them, in the order in which they are parsed: later ones name types of earlier ones. */
  static List<Contract> all() {
    Properties rules = new Properties();
    try (Reader reader = Files.newBufferedReader(HISTORY.resolve("rules.properties"));
        Stream<Path> files = Files.list(CURRENT)) {
      rules.load(reader);
      Schema.Parser parser = new Schema.Parser();
      List<Contract> contracts = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        Schema schema = parser.parse(file.toFile());
        contracts.add(
            new Contract(
                schema.getName(),
                schema,
                released(HISTORY.resolve(schema.getName())),
                rule(rules, schema.getName())));
      }
      return contracts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Schema> released(Path folder) throws IOException {
    List<Schema> released = new ArrayList<>();
    while (Files.exists(folder.resolve(fileName(released.size() + 1)))) {
      released.add(
          new Schema.Parser().parse(folder.resolve(fileName(released.size() + 1)).toFile()));
    }
    return released;
  }

  private static Rule rule(Properties rules, String name) {
    String line = rules.getProperty(name);
    if (line == null) {
      throw new AssertionError(
          "%s has no rule: add a line to %s".formatted(name, HISTORY.resolve("rules.properties")));
    }
    return Rule.valueOf(line.strip().split("\\s+", 2)[0]);
  }

  static String fileName(int version) {
    return "v" + version + ".avsc";
  }

  /**
   * What is wrong with {@code current} as the latest of {@code released}; empty where all is well.
   *
   * @param proposals where to put a version that is missing
   */
  List<String> faults(Path proposals) {
    List<String> faults = new ArrayList<>();
    for (int version = 1; version <= released.size(); version++) {
      for (String each : rule.violations(released.get(version - 1), current)) {
        faults.add("%s breaks %s with v%d: %s".formatted(name, rule, version, each));
      }
    }
    if (faults.isEmpty() && !isReleased()) {
      faults.add(unreleased(proposals));
    }
    return faults;
  }

  // By text and not by equality, which leaves out what people read: the registry, too, makes
  // another version of another text.
  private boolean isReleased() {
    return !released.isEmpty()
        && released.get(released.size() - 1).toString().equals(current.toString());
  }

  private String unreleased(Path proposals) {
    String next = fileName(released.size() + 1);
    Path proposal = proposals.resolve(name).resolve(next).toAbsolutePath();
    try {
      Files.createDirectories(proposal.getParent());
      Files.writeString(
          proposal, SchemaFormatter.getInstance("json/pretty").format(current) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "%s is not what its history ends with, and keeps %s with all of it. Make it a version: cp %s %s"
        .formatted(name, rule, proposal, HISTORY.resolve(name).resolve(next).toAbsolutePath());
  }

  Contract changedTo(Schema other) {
    return new Contract(name, other, released, rule);
  }
}
