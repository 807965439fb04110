package dev.onceflow.sink;

import static java.util.stream.Collectors.joining;

import dev.onceflow.sink.LifecycleSchedules.Call;
import dev.onceflow.sink.LifecycleSchedules.Move;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * Drives a task through an order of calls, with a lane for every order of what may befall a
 * partition between them. After each call and each move the table must hold each lane's records
 * below its fence, once, and no others; in the end all of them.
 */
final class LifecycleRun implements AutoCloseable {
  private static final String TOPIC = "lanes";
  private static final long LOOK_MS = 11_000;
  private static final int SETTLED_TRIES = 12;
  private static final String TABLES =
      """
      CREATE TABLE applied (id text, lane bigint, at bigint);
      CREATE UNLOGGED TABLE kept_applied (LIKE applied);\
      """;

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingProxy proxy = new TestingProxy(postgres.port());
  private final AtomicLong nowMs = new AtomicLong();
  // Time passes whenever somebody looks: a batch is due as soon as it is begun.
  private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs.incrementAndGet());
  private final BiFunction<HeldFence, InstantSource, OnceflowSinkTask> tasks;
  private final HeldFence guarantee;
  private final List<List<Move>> moves;
  private final TestingWorker rival;
  private final Connection connection;
  private TestingWorker worker;
  private List<LifecycleLane> lanes = List.of();
  private int partitions;
  private int interleavings;
  private int armed;

  LifecycleRun(
      int length,
      HeldFence guarantee,
      BiFunction<HeldFence, InstantSource, OnceflowSinkTask> tasks) {
    this.guarantee = guarantee;
    this.tasks = tasks;
    moves = LifecycleSchedules.moves(length);
    postgres.execute(TABLES);
    rival = worker(new OnceflowSinkTask(new HeldFence(), clock), postgres.url());
    worker = worker();
    try {
      connection = postgres.connect();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private TestingWorker worker() {
    return worker(
        tasks.apply(guarantee, clock),
        postgres.urlThrough(proxy.port()) + "&socketTimeout=20&prepareThreshold=0");
  }

  private TestingWorker worker(OnceflowSinkTask task, String url) {
    Map<String, String> config = new HashMap<>();
    config.put("name", "lifecycle-sink");
    config.put("topics", TOPIC);
    config.put("connection.url", url + "&options=-c%20synchronous_commit=off");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("topic.identity", "unchecked");
    config.put("fence.initial", "earliest");
    config.put("batch.linger.ms", "1");
    config.put("tables", "applied");
    config.put("table.applied.topic", TOPIC);
    config.put("table.applied.effect", "insert");
    config.put("table.applied.event.id", "field:id");
    TestingWorker made = new TestingWorker(task, config, Integer.MAX_VALUE);
    made.partitionMax = 1;
    return made;
  }

  /** How many orders of calls and moves were run. */
  int interleavings() {
    return interleavings;
  }

  /** How often a line was to be cut, and how often it was. */
  int armed() {
    return armed;
  }

  int cuts() {
    return proxy.cuts();
  }

  /** One order of calls; between them everything that may befall a partition. */
  void run(List<Call> calls) {
    begin();
    for (int i = 0; i < calls.size(); i++) {
      int at = i;
      worker.carryOutSeeks();
      for (Move move : Move.values()) {
        List<LifecycleLane> moved =
            lanes.stream().filter(lane -> lane.moves.get(at) == move).toList();
        if (!moved.isEmpty()) {
          befall(move, moved);
        }
      }
      check(calls, i);
      call(calls.get(i));
      check(calls, i);
    }
    settle(calls);
    interleavings += lanes.size();
  }

  /** Each lane has one record applied when the calls begin. */
  private void begin() {
    lanes = new ArrayList<>();
    for (List<Move> each : moves) {
      lanes.add(new LifecycleLane(TOPIC, partitions++, each, false));
      lanes.add(new LifecycleLane(TOPIC, partitions++, each, true));
    }
    assign(lanes, 0);
    worker.stepIdle();
    worker.stepWithoutWaiting();
    worker.stepIdle();
    postgres.execute(
        """
        DROP TABLE IF EXISTS kept_fence;
        CREATE UNLOGGED TABLE kept_fence AS SELECT * FROM onceflow.fence;
        TRUNCATE kept_applied;
        INSERT INTO kept_applied SELECT * FROM applied;\
        """);
  }

  private void befall(Move move, List<LifecycleLane> moved) {
    switch (move) {
      case NOTHING -> {}
      case REVOKED -> moved.forEach(this::revoke);
      case ASSIGNED_BEHIND -> assign(moved, 0);
      case ASSIGNED_AHEAD -> assign(moved, Long.MAX_VALUE);
      case TAKEN_AWAY -> takeAway(moved);
      case DATABASE_BACK -> goBack(moved, "SELECT * FROM kept_fence", "SELECT * FROM kept_applied");
      case DATABASE_EMPTIED ->
          goBack(
              moved,
              "SELECT * FROM kept_fence WHERE false",
              "SELECT * FROM kept_applied WHERE false");
    }
  }

  private void revoke(LifecycleLane lane) {
    if (worker.has(lane.topic)) {
      worker.revoke(lane.topic);
      if (lane.forgetsRedelivered) {
        worker.forgetRedelivered(lane.topic);
      }
    }
  }

  private void assign(List<LifecycleLane> to, long position) {
    Map<TestingTopic, Long> positions = new HashMap<>();
    for (LifecycleLane lane : to) {
      if (!worker.has(lane.topic)) {
        positions.put(lane.topic, Math.min(position, lane.end()));
        lane.isTaken = false;
      }
    }
    worker.assign(positions);
  }

  /** The other task claims and applies one record. */
  private void takeAway(List<LifecycleLane> taken) {
    Map<TestingTopic, Long> positions = new HashMap<>();
    for (LifecycleLane lane : taken) {
      if (rival.has(lane.topic)) {
        rival.revoke(lane.topic);
      }
      positions.put(lane.topic, lane.group);
      lane.isTaken = worker.has(lane.topic);
    }
    rival.assign(positions);
    rival.step();
    // The record before the fence comes again, to be seen; then one that is new.
    rival.step();
    rival.step();
  }

  private void goBack(List<LifecycleLane> back, String fences, String applied) {
    String numbers =
        back.stream().map(lane -> "" + lane.topic.partition.partition()).collect(joining(","));
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Whoever is writing is waited for: else two that lock rows in two orders could meet.
      statement.execute("LOCK TABLE onceflow.fence IN EXCLUSIVE MODE");
      look();
      statement.execute(
          """
          DELETE FROM onceflow.fence WHERE partition IN (%1$s);
          DELETE FROM applied WHERE lane IN (%1$s);
          INSERT INTO onceflow.fence SELECT * FROM (%2$s) AS k WHERE partition IN (%1$s);
          INSERT INTO applied SELECT * FROM (%3$s) AS k WHERE lane IN (%1$s);\
          """
              .formatted(numbers, fences, applied));
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void call(Call call) {
    guarantee.letGo();
    switch (call) {
      case PUT -> worker.stepWithoutWaiting();
      case PUT_HELD -> {
        preCommit();
        guarantee.hold();
        worker.stepWithoutWaiting();
      }
      case PUT_NOTHING -> {
        nowMs.addAndGet(LOOK_MS);
        worker.stepIdle();
      }
      case PUT_CUT -> {
        armed++;
        proxy.cutBefore("UPDATE onceflow.fence");
        worker.stepWithoutWaiting();
      }
      case PUT_ANSWER_LOST -> {
        armed++;
        proxy.cutAfter("COMMIT");
        worker.stepWithoutWaiting();
      }
      case PRE_COMMIT -> preCommit();
      case STOP -> restart();
    }
  }

  private void preCommit() {
    Map<Integer, Long> told = new HashMap<>();
    worker.commit().forEach((partition, offset) -> told.put(partition.partition(), offset));
    look();
    for (LifecycleLane lane : lanes) {
      Long offset = told.get(lane.topic.partition.partition());
      if (offset != null) {
        if (offset > lane.furthest) {
          throw new AssertionError(
              "preCommit told offset %d, the database never had more than %d; %s"
                  .formatted(offset, lane.furthest, lane.moves));
        }
        lane.group = offset;
      }
    }
  }

  private void restart() {
    List<LifecycleLane> stay =
        lanes.stream().filter(lane -> worker.has(lane.topic) && !lane.isTaken).toList();
    worker.task.stop();
    worker = worker();
    for (LifecycleLane lane : stay) {
      worker.assign(Map.of(lane.topic, lane.group));
    }
  }

  /** What each fence says, and what is in the table, at one moment. */
  private Map<Integer, String> look() {
    Map<Integer, String> seen = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT coalesce(f.partition, a.lane) AS lane, coalesce(f.next_offset, 0) AS fence, a.all
                FROM (SELECT * FROM onceflow.fence WHERE partition >= %1$d) AS f
                FULL JOIN (SELECT lane, string_agg(at::text, ' ' ORDER BY at) AS all FROM applied
                           WHERE lane >= %1$d GROUP BY lane) AS a ON a.lane = f.partition\
                """
                    .formatted(first()))) {
      while (row.next()) {
        int partition = row.getInt("lane");
        long fence = row.getLong("fence");
        LifecycleLane lane = lanes.get(partition - first());
        lane.furthest = Math.max(lane.furthest, fence);
        String all = row.getString("all");
        seen.put(partition, fence + ":" + (all == null ? "" : all));
      }
      return seen;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private int first() {
    return lanes.get(0).topic.partition.partition();
  }

  private void check(List<Call> calls, int at) {
    Map<Integer, String> seen = look();
    for (LifecycleLane lane : lanes) {
      String is = seen.getOrDefault(lane.topic.partition.partition(), "0:");
      long fence = Long.parseLong(is.substring(0, is.indexOf(':')));
      if (!is.equals(fence + ":" + lane.applied(fence))) {
        throw new AssertionError(
            "fence and applied offsets are %s, expected %s; calls %s, at number %d; moves %s"
                .formatted(is, lane.applied(fence), calls, at + 1, lane.moves));
      }
    }
  }

  /** Everybody learns what is theirs; what the task has, it must bring to its end by itself. */
  private void settle(List<Call> calls) {
    proxy.cutNothing();
    guarantee.letGo();
    worker.carryOutSeeks();
    rival.carryOutSeeks();
    for (LifecycleLane lane : lanes) {
      if (rival.has(lane.topic)) {
        rival.revoke(lane.topic);
      }
      if (lane.isTaken) {
        revoke(lane);
      }
    }
    assign(lanes, 0);
    for (int tries = 0; tries < SETTLED_TRIES && !isAllApplied(); tries++) {
      nowMs.addAndGet(LOOK_MS);
      worker.step();
    }
    check(calls, calls.size());
    Map<Integer, String> seen = look();
    for (LifecycleLane lane : lanes) {
      if (!isAllApplied(lane, seen)) {
        throw new AssertionError(
            "not all is applied in the end, but %s; calls %s; moves %s"
                .formatted(seen.get(lane.topic.partition.partition()), calls, lane.moves));
      }
      worker.revoke(lane.topic);
    }
    postgres.execute("DELETE FROM onceflow.fence; DELETE FROM applied");
  }

  private boolean isAllApplied() {
    Map<Integer, String> seen = look();
    return lanes.stream().allMatch(lane -> isAllApplied(lane, seen));
  }

  private static boolean isAllApplied(LifecycleLane lane, Map<Integer, String> seen) {
    return (lane.end() + ":" + lane.applied(lane.end()))
        .equals(seen.get(lane.topic.partition.partition()));
  }

  @Override
  public void close() {
    guarantee.letGo();
    worker.task.stop();
    rival.task.stop();
    proxy.close();
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
