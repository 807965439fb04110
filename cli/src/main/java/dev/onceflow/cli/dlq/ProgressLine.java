package dev.onceflow.cli.dlq;

import dev.onceflow.cli.TerminalLine;
import java.util.function.Consumer;

/** How far a change is, for people at a terminal. */
record ProgressLine(TerminalLine line) implements Consumer<Tally> {
  @Override
  public void accept(Tally tally) {
    line.show(
        () ->
            "%,d decided, %,d left open, %,d dealt with before"
                .formatted(tally.done(), tally.left(), tally.decidedBefore()));
  }
}
