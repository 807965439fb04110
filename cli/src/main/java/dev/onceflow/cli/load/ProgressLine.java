package dev.onceflow.cli.load;

import dev.onceflow.cli.TerminalLine;
import java.util.function.Consumer;

/** How far a load is, for people at a terminal. */
record ProgressLine(TerminalLine line) implements Consumer<LoadProgress> {
  @Override
  public void accept(LoadProgress progress) {
    line.show(
        () ->
            "%,d lines read, %,d payments sent, %,d lines rejected"
                .formatted(progress.read(), progress.sent(), progress.rejected()));
  }
}
