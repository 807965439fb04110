package dev.onceflow.cli.audit.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.TerminalLine;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class AuditProgressTest {
  private final AuditProgress progress =
      new AuditProgress(new TerminalLine(new PrintWriter(new StringWriter())));

  @Test
  void rowsAreNamedOnceThereAreSome() {
    progress.records(1_500);
    assertThat(progress.text()).startsWith("1,500 records read, ").endsWith(" a second");

    progress.rows(20);
    assertThat(progress.text()).startsWith("1,500 records and 20 rows read, ");
  }
}
