package dev.onceflow.verification.cluster;

import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * How far records have come, by what is committed. Every answer is empty while a server that would
 * have to give it is away. Safe for use by many threads.
 */
public final class Flow implements AutoCloseable {
  private static final int ANSWER_MS = 3_000;
  private static final int CONNECT_S = 2;
  private static final String FENCE =
      "SELECT topic, partition, next_offset FROM onceflow.fence WHERE run = ''";

  private final Cluster cluster;
  private final Admin admin;

  /** Follows a cluster that has been started. */
  public Flow(Cluster cluster) {
    this.cluster = cluster;
    Map<String, Object> config = new HashMap<>();
    config.put(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
        cluster.clientConfig().get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS);
    config.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
    admin = Admin.create(config);
  }

  /** For questions beyond these. */
  public Admin admin() {
    return admin;
  }

  /** Where a reader of committed records finds the end of these topics. */
  public Optional<Map<TopicPartition, Long>> ends(List<Topic> topics) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (Topic topic : topics) {
      for (int i = 0; i < cluster.shape().partitions(); i++) {
        latest.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
      }
    }
    return answer(
            admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .map(
            found -> {
              Map<TopicPartition, Long> ends = new HashMap<>();
              found.forEach((partition, end) -> ends.put(partition, end.offset()));
              return ends;
            });
  }

  /** What a consumer group has committed. */
  public Optional<Map<TopicPartition, Long>> committed(String group) {
    return answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .map(
            found -> {
              Map<TopicPartition, Long> offsets = new HashMap<>();
              found.forEach(
                  (partition, committed) -> {
                    if (committed != null) {
                      offsets.put(partition, committed.offset());
                    }
                  });
              return offsets;
            });
  }

  /** Where the sink stands, by its fence, or by its group in a mode without one. */
  public Optional<Map<TopicPartition, Long>> sinkPositions() {
    return cluster.mode().keepsFence() ? fence() : committed(Cluster.SINK_GROUP);
  }

  private Optional<Map<TopicPartition, Long>> fence() {
    Map<TopicPartition, Long> fence = new HashMap<>();
    try (Connection connection = connected();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(FENCE)) {
      while (rows.next()) {
        fence.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
      }
      return Optional.of(fence);
    } catch (SQLException away) {
      return Optional.empty();
    }
  }

  /** The single number that a query answers. */
  public Optional<Long> number(String query) {
    try (Connection connection = connected();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    } catch (SQLException away) {
      return Optional.empty();
    }
  }

  private Connection connected() throws SQLException {
    return DriverManager.getConnection(
        cluster.jdbcUrl() + "&connectTimeout=%d&socketTimeout=%d".formatted(CONNECT_S, CONNECT_S));
  }

  /** Records of the inputs that the job has yet to read. */
  public Optional<Long> jobLag() {
    return ends(List.of(Topics.PAYMENTS))
        .flatMap(ends -> committed(Cluster.APPLICATION_ID).map(positions -> lag(ends, positions)));
  }

  /** Offsets of the outputs that the sink has yet to pass. */
  public Optional<Long> sinkLag() {
    return ends(List.of(Topics.LEDGER_ENTRIES, Topics.ACCOUNT_BALANCES))
        .flatMap(ends -> sinkPositions().map(positions -> lag(ends, positions)));
  }

  /** How many offsets the positions are behind the ends. */
  public static long lag(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> positions) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - positions.getOrDefault(end.getKey(), 0L)))
        .sum();
  }

  /** A server's answer, or nothing while it can't give one. */
  public static <T> Optional<T> answer(KafkaFuture<T> future) {
    try {
      return Optional.of(future.get());
    } catch (ExecutionException away) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
