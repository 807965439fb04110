package dev.onceflow.local.process;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A child process that runs a Java main class under a {@link Leash}, on the {@code java} that runs
 * this JVM.
 *
 * @param name what people call it
 * @param mainClass whose {@code main} to run
 * @param arguments what to pass to it
 * @param jvmFlags such as {@code -Xmx256m}; a serial collector and quiet logging are given already
 * @param classPath where its classes are; {@link #ownClassPath()} for this JVM's own
 * @param folder where it runs and logs
 */
public record ChildJvm(
    String name,
    String mainClass,
    List<String> arguments,
    List<String> jvmFlags,
    String classPath,
    Path folder) {
  /** Warnings and errors, and Onceflow's own lifecycle, to the child's log file. */
  private static final String LOG_CONFIG =
      "-Dlog4j2.configurationFile=classpath:dev/onceflow/local/server-log4j2.properties";

  /** Native memory: glibc would keep an arena for each of many threads. */
  private static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

  /** Copies. */
  public ChildJvm {
    arguments = List.copyOf(arguments);
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** This JVM's own class path. */
  public static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** Where the leash itself is, for class paths that have nothing else of ours. */
  public static String leashClassPath() {
    try {
      return Path.of(Leash.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Onceflow's own classes have no location", e);
    }
  }

  /**
   * The command that runs it. What is long goes into an argument file beside the log.
   *
   * @throws IOException if the argument file can't be written
   */
  public ChildCommand command() throws IOException {
    List<String> options = new ArrayList<>(jvmFlags);
    options.addAll(compilation());
    options.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xshare:auto",
            "-Djava.awt.headless=true",
            LOG_CONFIG,
            "-cp",
            absolute(classPath),
            Leash.class.getName(),
            mainClass));
    options.addAll(arguments);
    Files.createDirectories(folder);
    Path argumentFile = folder.resolve(name + ".args").toAbsolutePath();
    Files.writeString(
        argumentFile, options.stream().map(ChildJvm::quoted).collect(Collectors.joining("\n")));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ChildCommand(name, List.of(java, "@" + argumentFile), ENVIRONMENT, folder, "TERM");
  }

  /** What lives for a minute compiles as its parent does: tests leave out the slow compiler. */
  private static List<String> compilation() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-XX:TieredStopAtLevel="))
        .toList();
  }

  // The child runs in another folder, where relative entries would point elsewhere.
  private static String absolute(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .map(entry -> entry.endsWith("*") ? entry : Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String quoted(String option) {
    return '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
