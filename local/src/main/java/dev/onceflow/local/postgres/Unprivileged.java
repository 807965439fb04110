package dev.onceflow.local.postgres;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How PostgreSQL, which refuses to run as root, is run where we are root: in a user namespace in
 * which nobody is root (its files stay root's own), or, where containers forbid that, as the user
 * nobody with the one capability to reach a folder that is root's.
 */
final class Unprivileged {
  private static final List<String> NAMESPACE = List.of("unshare", "-U");
  private static final int NOBODY = 65534;
  private static final List<String> AS_NOBODY =
      List.of(
          "setpriv",
          "--reuid=" + NOBODY,
          "--regid=" + NOBODY,
          "--clear-groups",
          "--inh-caps=+dac_override",
          "--ambient-caps=+dac_override");

  private Unprivileged() {}

  /**
   * What to put in front of a command; nothing for an ordinary user.
   *
   * @param folder where the command writes
   * @throws UserException if we are root and no way works
   */
  static List<String> prefix(Path folder) throws IOException {
    if (!System.getProperty("user.name").equals("root")) {
      return List.of();
    }
    if (works(NAMESPACE)) {
      return NAMESPACE;
    }
    if (works(AS_NOBODY)) {
      Files.setAttribute(folder, "unix:uid", NOBODY);
      return AS_NOBODY;
    }
    throw new UserException(
        "PostgreSQL refuses to run as root, and neither 'unshare -U' nor 'setpriv' works here. Run as an ordinary user.");
  }

  private static boolean works(List<String> prefix) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" >/dev/null 2>&1", "sh"));
    command.addAll(prefix);
    command.add("true");
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while starting PostgreSQL", e);
    }
  }
}
