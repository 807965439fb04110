package dev.onceflow.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.verification.checker.Judgement;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessesIT {
  private static final String WEAKENED = "dev.onceflow.sink.WeakenedSinkConnector";

  private static final Path WEAKENED_PLUGIN =
      Path.of("..", "sink-connector", "target", "plugin", "onceflow-sink-weakened")
          .toAbsolutePath()
          .normalize();

  @TempDir private Path folder;

  @Test
  void eachEffectHappensExactlyOnceWhateverIsKilled() throws Exception {
    try (PaymentsPipeline pipeline = new PaymentsPipeline(folder, PaymentsPipeline.Ports.ANY)) {
      pipeline.startServers();

      Judgement judgement = new Scenario(pipeline).run(Map.of());

      assertThat(judgement.isExactlyOnce()).as(judgement.summary()).isTrue();
      assertThat(pipeline.topicsAndTablesAgree()).isTrue();
    }
  }

  /** The control: if the sink loses its fence and its dedupe, the same test must see it. */
  @Test
  void theSameTestCatchesASinkWithoutFenceAndDedupe() throws Exception {
    try (PaymentsPipeline pipeline = new PaymentsPipeline(folder, PaymentsPipeline.Ports.ANY)) {
      pipeline.startServers();
      dropThePrimaryKeyThatWouldHideDuplicates(pipeline);

      Judgement judgement =
          new Scenario(pipeline).run(Map.of("connector.class", WEAKENED), WEAKENED_PLUGIN);

      assertThat(judgement.missing()).noneMatch(fact -> fact.startsWith("entry"));
      assertThat(judgement.surplus())
          .anyMatch(fact -> fact.startsWith("entry"))
          .anyMatch(fact -> fact.startsWith("merchant day"));
    }
  }

  private static void dropThePrimaryKeyThatWouldHideDuplicates(PaymentsPipeline pipeline)
      throws Exception {
    try (Connection connection = DriverManager.getConnection(pipeline.postgres().jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_pkey");
    }
  }
}
