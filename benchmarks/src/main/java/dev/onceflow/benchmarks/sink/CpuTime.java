package dev.onceflow.benchmarks.sink;

import dev.onceflow.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time of a server and all that it has started, the children that have ended with it (Linux).
 */
final class CpuTime {
  private static final double TICKS_PER_SECOND = 100;

  /** utime, stime, cutime and cstime, counted behind the name in parentheses (proc_pid_stat(5)). */
  private static final int FIRST_FIELD = 11;

  private static final int FIELDS = 4;

  private CpuTime() {}

  static double seconds(ChildProcess process) {
    return process.family().stream().mapToDouble(handle -> seconds(handle.pid())).sum();
  }

  private static double seconds(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = 0;
      for (int i = FIRST_FIELD; i < FIRST_FIELD + FIELDS; i++) {
        ticks += Long.parseLong(fields[i]);
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException ended) {
      return 0;
    }
  }
}
