package dev.onceflow.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.cli.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class UpIT {
  private static final int EVENTS = 1_000;

  @TempDir private Path folder;

  @Test
  void aSampleGoesFromKafkaToRowsAndASecondTimeChangesNothing() throws Exception {
    JsonNode first = up("--events", Integer.toString(EVENTS));

    assertThat(first.at("/agrees").asBoolean()).isTrue();
    assertThat(first.at("/input/sent").asLong()).isEqualTo(EVENTS);
    assertThat(first.at("/run/read").asLong()).isEqualTo(EVENTS);
    assertThat(first.at("/run/applied").asLong()).isPositive();
    assertThat(first.at("/run/duplicate").asLong()).isPositive();
    assertThat(first.at("/run/rejected").asLong()).isPositive();
    assertThat(first.at("/run/dlq").asLong()).isPositive();
    assertThat(first.at("/audit/tables/ledger_entries").asLong()).isPositive();

    JsonNode again = up("--events", Integer.toString(EVENTS));

    // Everything decided stays decided; only what went aside undecided comes again.
    assertThat(again.at("/agrees").asBoolean()).isTrue();
    assertThat(again.at("/run/read").asLong()).isEqualTo(EVENTS);
    assertThat(again.at("/run/applied").asLong()).isZero();
    assertThat(again.at("/audit/tables")).isEqualTo(first.at("/audit/tables"));
    assertThat(again.at("/audit/ledger")).isEqualTo(first.at("/audit/ledger"));
  }

  @Test
  void aFileGoesThroughItsMappingAndItsBadLinesAreKept() throws Exception {
    Path orders = folder.resolve("orders.csv");
    Files.writeString(
        orders,
        """
        line,invoice_no,stock_code,description,quantity,invoice_date,unit_price,customer_id,country
        1,536365,85123A,"A ""WHITE"" HOLDER, LARGE",6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom
        2,C536379,D,Discount,-1,2010-12-01T09:41:00Z,27.50,14527,United Kingdom
        3,536414,22139,,56,2010-12-01T11:52:00Z,0,,United Kingdom
        4,536544,21773,DECORATIVE ROSE,one,2010-12-01T14:32:00Z,2.51,,United Kingdom
        """);
    Path mapping = Path.of("..", "examples", "online-retail.yaml");

    JsonNode summary = up("--input", orders.toString(), "--mapping", mapping.toString());

    assertThat(summary.at("/agrees").asBoolean()).isTrue();
    assertThat(summary.at("/input/sent").asLong()).isEqualTo(2);
    assertThat(summary.at("/input/refused").asLong()).isEqualTo(2);
    assertThat(summary.at("/audit/ledger/0/customersMinor").asLong()).isEqualTo(1530 - 2750);
    assertThat(Path.of(summary.at("/input/rejectsFile").asText()))
        .content()
        .contains("5,quantity,")
        .contains("zero amount");
  }

  private JsonNode up(String... input) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine up =
        new CommandLine(new UpCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    String[] args = new String[input.length + 4];
    System.arraycopy(
        new String[] {"--once", "--json", "--data", folder.resolve("data").toString()},
        0,
        args,
        0,
        4);
    System.arraycopy(input, 0, args, 4, input.length);

    int exitCode = up.execute(args);

    assertThat(exitCode).as("%s%n%s", err, out).isEqualTo(ExitCode.OK);
    return new ObjectMapper().readTree(out.toString());
  }
}
