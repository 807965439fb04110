package dev.onceflow.local.up;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * One line that says how far the pipeline has come: written over itself on a terminal, and now and
 * then as a line of its own where the output goes elsewhere.
 */
final class ProgressLine {
  private static final String OVERWRITE = "\r\u001b[2K";
  private static final long QUIET_NS = 10_000_000_000L;

  private final PrintWriter out;

  /** Only the launcher's shell can tell; System.console() no longer does from Java 22 on. */
  private final boolean terminal = Boolean.getBoolean("onceflow.terminal");

  private boolean open;
  private long lastNs = System.nanoTime();

  ProgressLine(PrintWriter out) {
    this.out = out;
  }

  /** A line that stays. */
  void say(String line) {
    end();
    out.println(line);
    out.flush();
  }

  void show(long sent, PipelineWatch.Progress progress) {
    if (!terminal && System.nanoTime() - lastNs < QUIET_NS) {
      return;
    }
    lastNs = System.nanoTime();
    String line =
        String.format(
            Locale.ROOT,
            "  sent %,d | read %,d, new %,d, duplicate %,d, rejected %,d, set aside %,d | postings in"
                + " the database %,d | lag: job %,d, sink %,d",
            sent,
            progress.read(),
            progress.applied(),
            progress.duplicate(),
            progress.rejected(),
            progress.quarantined() + progress.dlq(),
            progress.postings(),
            progress.jobLag(),
            progress.sinkLag());
    if (terminal) {
      out.print(OVERWRITE + line);
      open = true;
    } else {
      out.println(line);
    }
    out.flush();
  }

  private void end() {
    if (open) {
      out.println();
      open = false;
    }
  }
}
