package dev.onceflow.local.process;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * The main class of every child JVM: it ends this JVM when the parent is gone, and runs the main
 * class named by its first argument.
 *
 * <p>The parent holds the other end of standard input and never writes to it, so end of input means
 * that the parent has ended, even by SIGKILL. The child then shuts down in order, and is halted
 * where that takes longer than {@value #EXIT_DEADLINE_MS} ms (a broker or database that it would
 * say goodbye to is ending as well). Uses nothing but the JDK, since it runs on class paths that
 * are not ours.
 */
public final class Leash {
  private static final long EXIT_DEADLINE_MS = 8_000;

  /** What a shell would report for a child ended by SIGTERM. */
  private static final int PARENT_GONE = 143;

  private Leash() {}

  /**
   * Runs another main class on the leash.
   *
   * @param args the class whose {@code main} to run, then its arguments
   */
  public static void main(String[] args) throws Throwable {
    daemon("leash", Leash::awaitEndOfInput);
    Method main = Class.forName(args[0]).getMethod("main", String[].class);
    main.setAccessible(true); // the java command asks for no public class either
    try {
      main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void awaitEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent; what comes by mistake is no reason to end.
      }
    } catch (IOException gone) {
      // As good as the end of input.
    }
    // Another thread, because a shutdown hook that hangs would hold exit() and this one for ever.
    daemon("leash-deadline", Leash::haltAfterDeadline);
    System.exit(PARENT_GONE);
  }

  private static void haltAfterDeadline() {
    try {
      Thread.sleep(EXIT_DEADLINE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(PARENT_GONE);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
