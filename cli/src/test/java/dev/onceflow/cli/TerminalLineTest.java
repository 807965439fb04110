package dev.onceflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TerminalLineTest {
  private final StringWriter err = new StringWriter();

  @Test
  void saysNothingWhereStandardErrorIsNoTerminal() {
    try (TerminalLine line = new TerminalLine(new PrintWriter(err), false)) {
      line.show(() -> "1 of 2");
    }

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void writesOverItselfOnATerminalAndLeavesNothing() {
    try (TerminalLine line = new TerminalLine(new PrintWriter(err), true)) {
      line.show(() -> "1 of 2");
      line.show(() -> "2 of 2");
    }

    assertThat(err.toString()).isEqualTo("\r\u001b[2K1 of 2\r\u001b[2K");
  }

  @Test
  void outsideOfTheLauncherNoTerminalIsAssumed() {
    try (TerminalLine line = new TerminalLine(new PrintWriter(err))) {
      line.show(() -> "anything");
    }

    assertThat(err.toString()).isEmpty();
  }
}
