package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.fence.OpenPartition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Claims partitions in one database transaction: raises their epochs, or makes their rows. */
final class Claims {
  private static final long EARLIEST = 0;

  private final Fence fence;

  Claims(Fence fence) {
    this.fence = fence;
  }

  /**
   * Claims partitions.
   *
   * @param partitions in lock order
   * @return what the database says of each; nothing where no fence is kept
   */
  Map<OpenPartition, FenceRow> claim(Connection connection, List<OpenPartition> partitions)
      throws SQLException {
    Map<OpenPartition, FenceRow> rows = new LinkedHashMap<>();
    for (OpenPartition partition : fence.isKept() ? partitions : List.<OpenPartition>of()) {
      Optional<FenceRow> row = fence.claim(connection, partition.partition(), Optional.empty());
      rows.put(
          partition,
          row.isPresent()
              ? row.get()
              : fence.create(connection, partition.partition(), EARLIEST, Optional.empty()));
    }
    connection.commit();
    return rows;
  }
}
