package dev.onceflow.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FreePort;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
  @TempDir private Path folder;

  @Test
  void committedRowSurvivesSigkillOfTheServerAndItsBackends() throws Exception {
    try (PostgresServer postgres = PostgresServer.start(folder, FreePort.ANY)) {
      try (Connection open = DriverManager.getConnection(postgres.jdbcUrl());
          Statement statement = open.createStatement()) {
        statement.execute("CREATE TABLE t (id int PRIMARY KEY)");
        statement.execute("INSERT INTO t VALUES (1)");
        open.setAutoCommit(false);
        statement.execute("INSERT INTO t VALUES (2)");
        List<ProcessHandle> backends =
            ProcessHandle.of(postgres.process().pid()).orElseThrow().descendants().toList();
        assertThat(backends).isNotEmpty();

        postgres.process().kill();
        assertThat(backends).noneMatch(ChildProcess::runs);
      }

      postgres.restart();
      // The table holds row 1; row 2 was never committed.
      assertThat(one(postgres, "SELECT string_agg(id::text, ',') FROM t")).isEqualTo("1");
      assertThat(one(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(one(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(one(postgres, "SHOW data_checksums")).isEqualTo("on");
      assertThat(postgres.uri()).startsWith("postgresql://payments@127.0.0.1:");

      postgres.process().stop();
      assertThat(postgres.process().exitCode()).contains(0);
    }
  }

  private static String one(PostgresServer postgres, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
