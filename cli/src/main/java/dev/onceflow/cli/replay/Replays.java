package dev.onceflow.cli.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code onceflow.replays}, and the fence rows of replays. A replay and its fences come and go in
 * one database transaction: there is no replay that the memory doesn't know of, and no fence that
 * nobody will take away. Each method is a transaction.
 */
final class Replays implements AutoCloseable {
  /** The kind of a replay that runs a job again first. */
  static final String REPROCESS = "reprocess";

  private static final String LOCK = "SELECT pg_advisory_xact_lock(6008452147)";
  // One unfinished replay of a sink: two commands that begin together can't both win. A run never
  // comes again: a restored database counts its numbers anew, and a connector that was left over
  // would go on as another replay.
  private static final List<String> CREATE =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS onceflow.replays (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            token text NOT NULL DEFAULT left(gen_random_uuid()::text, 8),
            run text COLLATE "C" NOT NULL UNIQUE
              GENERATED ALWAYS AS (id::text || '-' || token) STORED,
            kind text NOT NULL,
            sink text COLLATE "C" NOT NULL,
            connector text NOT NULL,
            state text NOT NULL,
            rate bigint CHECK (rate > 0),
            reason text NOT NULL,
            started_by text NOT NULL,
            role text NOT NULL DEFAULT session_user,
            started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            changed_by text,
            changed_at timestamptz,
            finished_at timestamptz,
            request jsonb NOT NULL,
            ranges jsonb NOT NULL,
            plan jsonb,
            result jsonb
          )""",
          "CREATE UNIQUE INDEX IF NOT EXISTS replays_unfinished ON onceflow.replays (sink)"
              + " WHERE finished_at IS NULL");
  private static final String SELECT =
      "SELECT id, run, kind, sink, connector, state, rate, reason, started_by, started_at, finished_at,"
          + " request, ranges, plan, result FROM onceflow.replays";
  private static final String INSERT =
      "INSERT INTO onceflow.replays (sink, connector, rate, reason, started_by, request,"
          + " ranges, kind, state) VALUES (?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?) RETURNING id";
  private static final String INSERT_FENCE =
      "INSERT INTO onceflow.fence (sink, run, topic, partition, next_offset, epoch, owner, topic_id)"
          + " SELECT ?, ?, ?, ?, ?, 0, ?, CASE WHEN live.sink IS NULL THEN ?::uuid ELSE live.topic_id END"
          + " FROM (VALUES (1)) AS one LEFT JOIN onceflow.fence AS live"
          + " ON live.sink = ? AND live.run = '' AND live.topic = ? AND live.partition = ?"
          + " ON CONFLICT DO NOTHING";
  private static final String DELETE_FENCES =
      "DELETE FROM onceflow.fence WHERE sink = ? AND run = ?";
  private static final String REAPPLY = "reapply";
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String NO_TABLE = "42P01";
  private static final int LOCK_CLASS = 600845;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection connection;

  private Replays(Connection connection) {
    this.connection = connection;
  }

  /**
   * Connects; each answer is waited for a minute at most.
   *
   * @throws UserException if no database is given, or it can't be reached
   */
  static Replays open(DatabaseOptions database) {
    Connection connection = database.connect("onceflow replay");
    try {
      connection.setAutoCommit(false);
      // Whatever the server's default: taking fences away waits for a batch, and must not fail
      // then.
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      return new Replays(connection);
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  Connection connection() {
    return connection;
  }

  /** What a statement does; an SQLException ends in a sentence. */
  @FunctionalInterface
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T transaction(Work<T> work) {
    try {
      T result = work.on(connection);
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.rollback();
      } catch (SQLException lost) {
        e.addSuppressed(lost);
      }
      throw e instanceof SQLException failure ? refused(failure) : (RuntimeException) e;
    }
  }

  static UserException refused(SQLException e) {
    return new UserException(
        "The target database refused: %s (SQLSTATE %s). A replay that was begun goes on with the same command."
            .formatted(e.getMessage(), e.getSQLState()),
        e);
  }

  /** What was asked for, to know it again. */
  record Request(
      LiveSink sink, JsonNode json, Optional<Long> rate, String reason, Operator operator) {}

  /**
   * Begins a replay: its row, and its fences at the ranges' starts, from which on nothing is
   * forgotten that it will need.
   *
   * @throws UserException if another one of the sink is unfinished
   */
  Replay begin(Request request, List<Range> ranges) {
    return transaction(
        c -> {
          createIfMissing();
          ArrayNode json = JsonNodeFactory.instance.arrayNode();
          ranges.forEach(range -> json.add(range.json()));
          Replay replay = find(insert(request, json, REAPPLY, ReplayState.PLANNING));
          insertFences(request, replay.run(), ranges);
          return replay;
        });
  }

  /**
   * Begins a reprocess: its row, without fences, since the topics that it will apply are named by
   * its run and aren't there yet.
   *
   * @param inputs what the job will read again
   * @param plan what is to be kept of the plan, by the run
   * @throws UserException if another one of the sink is unfinished
   */
  Replay beginReprocess(Request request, List<Range> inputs, Function<String, ObjectNode> plan) {
    return transaction(
        c -> {
          createIfMissing();
          ArrayNode json = JsonNodeFactory.instance.arrayNode();
          inputs.forEach(range -> json.add(range.json()));
          Replay begun = find(insert(request, json, REPROCESS, ReplayState.REPROCESSING));
          addToPlan(begun.id(), plan.apply(begun.run()));
          return find(begun.id());
        });
  }

  /**
   * From now on nothing is forgotten that these topics will need. Doing it again changes nothing.
   *
   * @param outputs what the job is about to write
   * @return whether the replay wasn't cancelled meanwhile
   */
  boolean hold(Request request, Replay replay, List<Range> outputs) {
    return transaction(
        c -> {
          // Locked, or a cancel at this moment would leave fences that nobody takes away.
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT id FROM onceflow.replays WHERE id = ? AND finished_at IS NULL FOR UPDATE")) {
            statement.setLong(1, replay.id());
            try (ResultSet row = statement.executeQuery()) {
              if (!row.next()) {
                return false;
              }
            }
          }
          insertFences(request, replay.run(), outputs);
          return true;
        });
  }

  /**
   * The job has come to its end: what is applied from here on is what it wrote.
   *
   * @param outputs what it wrote
   * @return whether the replay wasn't cancelled meanwhile
   */
  boolean reprocessed(Replay replay, List<Range> outputs) {
    return transaction(
        c -> {
          ArrayNode json = JsonNodeFactory.instance.arrayNode();
          outputs.forEach(range -> json.add(range.json()));
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "UPDATE onceflow.replays SET ranges = ?::jsonb, state = 'planning'"
                      + " WHERE id = ? AND state = 'reprocessing'")) {
            statement.setString(1, json.toString());
            statement.setLong(2, replay.id());
            return statement.executeUpdate() == 1;
          }
        });
  }

  /** Keeps something beside what the plan holds already. */
  void note(Replay replay, ObjectNode more) {
    transaction(
        c -> {
          addToPlan(replay.id(), more);
          return true;
        });
  }

  private void addToPlan(long id, ObjectNode more) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE onceflow.replays SET plan = coalesce(plan, '{}'::jsonb) || ?::jsonb"
                + " WHERE id = ?")) {
      statement.setString(1, more.toString());
      statement.setLong(2, id);
      statement.executeUpdate();
    }
  }

  private void createIfMissing() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery("SELECT to_regclass('onceflow.replays') IS NULL")) {
        if (row.next() && !row.getBoolean(1)) {
          return;
        }
      }
      statement.execute(LOCK);
      for (String sql : CREATE) {
        statement.execute(sql);
      }
    }
  }

  private long insert(Request request, ArrayNode ranges, String kind, ReplayState state)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, request.sink().name());
      statement.setString(2, request.sink().connector());
      statement.setObject(3, request.rate().orElse(null), Types.BIGINT);
      statement.setString(4, request.reason());
      statement.setString(5, request.operator().name());
      statement.setString(6, request.json().toString());
      statement.setString(7, ranges.toString());
      statement.setString(8, kind);
      statement.setString(9, state.label());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw new UserException(
            "Another replay of sink %s was begun just now: 'onceflow replay list' shows it."
                .formatted(request.sink().name()),
            e);
      }
      throw e;
    }
  }

  private void insertFences(Request request, String run, List<Range> ranges) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT_FENCE)) {
      for (Range range : ranges) {
        statement.setString(1, request.sink().name());
        statement.setString(2, run);
        statement.setString(3, range.partition().topic());
        statement.setInt(4, range.partition().partition());
        statement.setLong(5, range.start());
        statement.setString(6, "onceflow replay, by " + request.operator().name());
        // As the live sink has it, NULL too: by another one its deletes would be new. A topic that
        // it doesn't read has its own.
        statement.setObject(7, range.topicId(), Types.OTHER);
        statement.setString(8, request.sink().name());
        statement.setString(9, range.partition().topic());
        statement.setInt(10, range.partition().partition());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** The unfinished replay of a sink. */
  Optional<Replay> unfinished(String sink) {
    return list(" WHERE finished_at IS NULL AND sink = ?", sink).stream().findFirst();
  }

  /** All, the newest first. */
  List<Replay> all() {
    return list(" WHERE '' = ? ORDER BY id DESC", "");
  }

  /**
   * One of them.
   *
   * @throws UserException if there is none
   */
  Replay get(long id) {
    return transaction(c -> find(id));
  }

  private Replay find(long id) throws SQLException {
    return select(" WHERE id::text = ?", Long.toString(id)).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "There is no replay %d: 'onceflow replay list' shows those that there are."
                        .formatted(id)));
  }

  private List<Replay> list(String which, String parameter) {
    return transaction(
        c -> {
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery("SELECT to_regclass('onceflow.replays') IS NULL")) {
            row.next();
            return row.getBoolean(1) ? List.<Replay>of() : select(which, parameter);
          }
        });
  }

  private List<Replay> select(String which, String parameter) throws SQLException {
    List<Replay> found = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(SELECT + which)) {
      query.setString(1, parameter);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.add(row(row));
        }
      }
    } catch (SQLException e) {
      if (NO_TABLE.equals(e.getSQLState())) {
        throw new UserException("This database has no replays.", e);
      }
      throw e;
    }
    return found;
  }

  private static Replay row(ResultSet row) throws SQLException {
    return new Replay(
        row.getLong("id"),
        row.getString("run"),
        row.getString("kind"),
        row.getString("sink"),
        row.getString("connector"),
        ReplayState.of(row.getString("state")),
        Optional.ofNullable(row.getObject("rate", Long.class)),
        row.getString("reason"),
        row.getString("started_by"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getObject("finished_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        json(row.getString("request")),
        json(row.getString("ranges")),
        Optional.ofNullable(row.getString("plan")).map(Replays::json),
        Optional.ofNullable(row.getString("result")).map(Replays::json));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("jsonb is always JSON", e);
    }
  }

  /**
   * Makes this session the one that drives a replay, until it ends.
   *
   * @throws UserException if another one does
   */
  void drive(Replay replay) {
    boolean isMine =
        transaction(
            c -> {
              try (PreparedStatement statement =
                  connection.prepareStatement("SELECT pg_try_advisory_lock(?, ?::int)")) {
                statement.setInt(1, LOCK_CLASS);
                statement.setLong(2, replay.id());
                try (ResultSet row = statement.executeQuery()) {
                  return row.next() && row.getBoolean(1);
                }
              }
            });
    if (!isMine) {
      throw new UserException(
          "Another process drives replay %d: 'onceflow replay show %d' tells how far it is."
              .formatted(replay.id(), replay.id()));
    }
  }

  /**
   * The plan was accepted, or refused: then its fences go. Where the replay was cancelled
   * meanwhile, it stays so.
   */
  Replay planned(Replay replay, ReplayPlan plan) {
    return transaction(
        c -> {
          boolean isRefused = plan.isRefused();
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "UPDATE onceflow.replays SET plan = coalesce(plan, '{}'::jsonb) || ?::jsonb,"
                      + " state = ?, finished_at ="
                      + " CASE WHEN ? THEN clock_timestamp() END WHERE id = ? AND state = 'planning'")) {
            statement.setString(1, plan.json().toString());
            statement.setString(2, (isRefused ? ReplayState.REFUSED : ReplayState.RUNNING).label());
            statement.setBoolean(3, isRefused);
            statement.setLong(4, replay.id());
            if (statement.executeUpdate() == 1 && isRefused) {
              deleteFences(replay);
            }
          }
          return find(replay.id());
        });
  }

  /** Where its fences are, all in one look. */
  Map<TopicPartition, Long> fences(Replay replay) {
    return fences(replay.sink(), replay.run());
  }

  /** Where the fences of a run are; of live work with an empty run. */
  Map<TopicPartition, Long> fences(String sink, String run) {
    return transaction(
        c -> {
          Map<TopicPartition, Long> fences = new HashMap<>();
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT topic, partition, next_offset FROM onceflow.fence WHERE sink = ? AND run = ?")) {
            query.setString(1, sink);
            query.setString(2, run);
            try (ResultSet row = query.executeQuery()) {
              while (row.next()) {
                fences.put(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3));
              }
            }
          }
          return fences;
        });
  }

  /**
   * When it is for a sink: the later of the database's clock, by which tombstones are forgotten,
   * and the newest record that was applied last in a partition, which no clock of the memory is
   * ahead of.
   *
   * @throws UserException if this isn't the sink's database
   */
  long nowMs(String sink) {
    return transaction(
        c -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT count(*), greatest(max(last_timestamp_ms),"
                      + " (extract(epoch FROM clock_timestamp()) * 1000)::bigint)"
                      + " FROM onceflow.fence"
                      + " WHERE sink = ? AND run = ''")) {
            query.setString(1, sink);
            try (ResultSet row = query.executeQuery()) {
              row.next();
              if (row.getLong(1) == 0) {
                throw new UserException(
                    "This database has no fences of sink %s: --database must be the one that its connector writes to, after its first start."
                        .formatted(sink));
              }
              return row.getLong(2);
            }
          } catch (SQLException e) {
            if (NO_TABLE.equals(e.getSQLState())) {
              throw new UserException(
                  "This database has no table onceflow.fence: --database must be the one that the sink writes to.",
                  e);
            }
            throw e;
          }
        });
  }

  /** The IDs of a sink's topics, as its live fences know them. */
  Map<String, UUID> topicIds(String sink) {
    return transaction(
        c -> {
          Map<String, UUID> ids = new HashMap<>();
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT DISTINCT topic, topic_id FROM onceflow.fence"
                      + " WHERE sink = ? AND run = '' AND topic_id IS NOT NULL")) {
            query.setString(1, sink);
            try (ResultSet row = query.executeQuery()) {
              while (row.next()) {
                ids.put(row.getString(1), row.getObject(2, UUID.class));
              }
            }
          }
          return ids;
        });
  }

  /** Changes an unfinished replay's rate, or none; answers whether it was unfinished. */
  boolean limit(long id, Optional<Long> rate, Operator operator) {
    return change(
        "UPDATE onceflow.replays SET rate = ?, changed_by = ?, changed_at = clock_timestamp()"
            + " WHERE id = ? AND finished_at IS NULL",
        rate.orElse(null),
        id,
        operator);
  }

  /** Pauses it, or lets it go on; answers whether it was in the other state. */
  boolean turn(long id, ReplayState from, ReplayState to, Operator operator) {
    return change(
        "UPDATE onceflow.replays SET state = '%s', rate = coalesce(rate, ?), changed_by = ?, changed_at = clock_timestamp() WHERE id = ? AND state = '%s'"
            .formatted(to.label(), from.label()),
        null,
        id,
        operator);
  }

  private boolean change(String sql, Long rate, long id, Operator operator) {
    return transaction(
        c -> {
          find(id);
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, rate, Types.BIGINT);
            statement.setString(2, operator.name());
            statement.setLong(3, id);
            return statement.executeUpdate() == 1;
          }
        });
  }

  /**
   * Ends it: its fences go with it, so that no task of it applies anything afterwards.
   *
   * @return whether it was unfinished
   */
  boolean end(Replay replay, ReplayState state, Optional<JsonNode> result, Operator operator) {
    return transaction(
        c -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "UPDATE onceflow.replays SET state = ?, result = ?::jsonb, changed_by = ?,"
                      + " changed_at = clock_timestamp(), finished_at = clock_timestamp()"
                      + " WHERE id = ? AND finished_at IS NULL")) {
            statement.setString(1, state.label());
            statement.setString(2, result.map(JsonNode::toString).orElse(null));
            statement.setString(3, operator.name());
            statement.setLong(4, replay.id());
            boolean isEnded = statement.executeUpdate() == 1;
            if (isEnded) {
              deleteFences(replay);
            }
            return isEnded;
          }
        });
  }

  private void deleteFences(Replay replay) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DELETE_FENCES)) {
      statement.setString(1, replay.sink());
      statement.setString(2, replay.run());
      statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The server rolls back what a lost connection leaves.
    }
  }
}
