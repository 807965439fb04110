package dev.onceflow.local.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a child process is started.
 *
 * @param name what people call it, also the name of its log file and PID file
 * @param command the program and its arguments; it must end when its standard input ends
 * @param environment variables beside the inherited ones
 * @param folder where it runs and where {@code NAME.log} and {@code NAME.pid} are written
 * @param stopSignal the signal that asks it to shut down in order, without {@code SIG}
 */
public record ChildCommand(
    String name,
    List<String> command,
    Map<String, String> environment,
    Path folder,
    String stopSignal) {
  /** Copies. */
  public ChildCommand {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    folder = folder.toAbsolutePath().normalize();
  }

  /** Where its standard output and standard error go. */
  public Path log() {
    return folder.resolve(name + ".log");
  }

  Path pidFile() {
    return folder.resolve(name + ".pid");
  }
}
