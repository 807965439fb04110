package dev.onceflow.local.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Main classes that tests run in child JVMs. */
final class TestingServer {
  private TestingServer() {}

  static ChildJvm jvm(Class<?> main, Path folder, String... arguments) {
    return new ChildJvm(
        "testing",
        main.getName(),
        List.of(arguments),
        List.of("-Xmx32m"),
        ChildJvm.ownClassPath(),
        folder);
  }

  /** Counts in a file until it is ended. */
  static final class Counting {
    public static void main(String[] args) throws Exception {
      for (int n = 1; ; n++) {
        Files.writeString(Path.of(args[0]), Integer.toString(n));
        Thread.sleep(5);
      }
    }
  }

  /** Ends at once, with a word and an exit code. */
  static final class Failing {
    public static void main(String[] args) {
      System.err.println("the disk is on fire");
      System.exit(3);
    }
  }

  /** Refuses to shut down. */
  static final class Stubborn {
    public static void main(String[] args) throws Exception {
      Runtime.getRuntime().addShutdownHook(new Thread(TestingServer::sleepForEver));
      Counting.main(args);
    }
  }

  /** Starts a child that counts, pauses it where told to, and stays until it is killed. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      ChildProcess child =
          ChildProcess.start(jvm(Counting.class, folder, folder + "/count").command());
      child.awaitReady(() -> Files.exists(folder.resolve("count")), Duration.ofSeconds(10));
      if (args[1].equals("paused")) {
        child.pause();
      }
      Files.writeString(folder.resolve("child"), Long.toString(child.pid()));
      sleepForEver();
    }
  }

  /** Owns a folder until it is killed. */
  static final class Locking {
    public static void main(String[] args) throws Exception {
      FolderLock lock = FolderLock.of(Path.of(args[0]));
      Files.createFile(Path.of(args[0], "locked"));
      sleepForEver();
      lock.close();
    }
  }

  private static void sleepForEver() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
