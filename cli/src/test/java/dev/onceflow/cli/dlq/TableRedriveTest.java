package dev.onceflow.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.dlq.TableRow.State;
import dev.onceflow.streams.route.Coordinates;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Rows of a database, copies in Kafka: each record once, wherever a run is cut off. */
class TableRedriveTest {
  private static final int RECORDS = 7;

  /** Small, so that a run has several Kafka transactions. */
  private static final int CHUNK = 2;

  private static final String NAME = SetAsideTable.nameFor(TestingRecords.INPUT);
  private static final String SINK = SetAsideTable.idOf("orders-sink");
  private static final Operator OPERATOR = new Operator("ann@host", "now", "a test");
  private static final Filter ALL = new FilterOptions().filter();
  private static final int NEVER = Integer.MAX_VALUE;

  /** The end of a process: nothing of ours catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Counts calls to both systems, and ends the process at one of them. */
  private static final class Steps {
    private int left;

    Steps(int left) {
      this.left = left;
    }

    void next() {
      if (left-- == 0) {
        throw new Killed();
      }
    }
  }

  private static final class CutOffProducer extends MockProducer<byte[], byte[]> {
    private final Steps steps;

    CutOffProducer(Steps steps) {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.steps = steps;
    }

    @Override
    public synchronized void beginTransaction() {
      steps.next();
      super.beginTransaction();
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      steps.next();
      return super.send(record, callback);
    }

    @Override
    public synchronized void commitTransaction() {
      steps.next();
      super.commitTransaction();
      steps.next();
    }
  }

  /** The input holds what rows have another form of. */
  private static final class Input implements Targets {
    private final Set<Long> gone = new HashSet<>();
    private byte[] value = TestingRecords.utf8("value-");

    @Override
    public Optional<String> refusal(Coordinates origin) {
      return Optional.empty();
    }

    @Override
    public Optional<Resend.Content> original(SetAsideRecord record) {
      long offset = record.offset();
      return gone.contains(offset)
          ? Optional.empty()
          : Optional.of(
              new Resend.Content(
                  TestingRecords.utf8("k"),
                  value == null
                      ? null
                      : TestingRecords.utf8(new String(value, StandardCharsets.UTF_8) + offset),
                  new RecordHeaders()));
    }
  }

  /** What is left of all runs: in Kafka, as committed readers see it, and in the database. */
  private static final class Left {
    private final Input input = new Input();
    private final List<String> copies = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> decisions = new ArrayList<>();
    private final Map<Long, State> states = new TreeMap<>();

    Left() {
      LongStream.range(0, RECORDS).forEach(offset -> states.put(offset, State.NEW));
    }

    private List<ConsumerRecord<byte[], byte[]>> rows() {
      List<ConsumerRecord<byte[], byte[]>> rows = new ArrayList<>();
      states.forEach((offset, state) -> rows.add(TestingRows.row(offset, state)));
      return rows;
    }

    /** Whether it came to its end. */
    boolean run(int cut) {
      return run(cut, decided(SINK), rows());
    }

    Decisions decided(String sink) {
      return Decisions.ofTable(NAME, sink).read(TestingRecords.source(decisions));
    }

    boolean run(int cut, Decisions known, List<ConsumerRecord<byte[], byte[]>> rows) {
      Steps steps = new Steps(cut);
      CutOffProducer producer = new CutOffProducer(steps);
      TransactionalOutlet outlet = new TransactionalOutlet(producer, NAME);
      outlet.begin();
      DecidedRows decided =
          new DecidedRows(
              (row, state) -> {
                steps.next();
                states.replace(row.offset(), State.NEW, state);
                steps.next();
              },
              known);
      try {
        new SetAsideRun(ALL, known, OPERATOR, resend()::redriven)
            .run(
                decided.settled(TestingRecords.source(rows)),
                chunk -> {
                  List<Outlet.Refused> refused = outlet.commit(chunk);
                  decided.committed(chunk, refused);
                  return refused;
                },
                new Pace(CHUNK * 4, () -> 0L, nanos -> {}),
                tally -> {});
        return true;
      } catch (Killed e) {
        return false;
      } finally {
        take(producer);
      }
    }

    private Resend resend() {
      return new Resend(OwnHeaders.ALL, 3, input, Clock.systemUTC())
          .with(Resend.SinkTables.TAKE_ANY_ORDER);
    }

    private void take(CutOffProducer producer) {
      for (ProducerRecord<byte[], byte[]> record : producer.history()) {
        if (record.topic().equals(TestingRecords.INPUT)) {
          copies.add(new String(record.value(), StandardCharsets.UTF_8));
        } else {
          assertThat(record.topic()).isEqualTo("orders-dlq-table-decisions");
          decisions.add(
              new ConsumerRecord<>(
                  record.topic(), 0, decisions.size(), record.key(), record.value()));
        }
      }
    }
  }

  private static List<String> eachOnce() {
    return IntStream.range(0, RECORDS).mapToObj(i -> "value-" + i).toList();
  }

  @Test
  void aRunThatIsCutOffAnywhereIsGoneOnWithAndSendsEachOnce() {
    int cuts = 0;
    boolean whole = false;
    while (!whole) {
      Left left = new Left();

      whole = left.run(cuts);
      // Kafka: copies and decisions of whole chunks. Table: no state without a decision.
      assertThat(left.decisions).hasSameSizeAs(left.copies);
      assertThat(left.states.values().stream().filter(State.REDRIVEN::equals))
          .hasSizeLessThanOrEqualTo(left.copies.size());
      left.run(NEVER);

      assertThat(left.copies).as("cut off at step %d", cuts).isEqualTo(eachOnce());
      assertThat(left.states.values()).as("cut off at %d", cuts).containsOnly(State.REDRIVEN);
      cuts++;
    }
    // 4 chunks: each begins, sends a copy and a decision per record, commits, and sets states.
    assertThat(cuts).isGreaterThan(4 * 3 + 4 * RECORDS);
  }

  /** The control: where the row's state alone decides, the same check finds doubled records. */
  @Test
  void theSameCheckCatchesARunThatGoesByTheStatesOfRows() {
    Set<Integer> doubled = new HashSet<>();
    int cuts = 0;
    boolean whole = false;
    while (!whole) {
      Left left = new Left();

      whole = left.run(cuts, Decisions.ofTable(NAME, SINK), left.rows());
      left.run(NEVER, Decisions.ofTable(NAME, SINK), left.rows());

      if (!left.copies.equals(eachOnce())) {
        doubled.add(cuts);
      }
      cuts++;
    }

    // Behind each commit, until the last state of its chunk is set.
    assertThat(doubled).hasSizeGreaterThanOrEqualTo(RECORDS);
  }

  /** Restored, or the sink's fence was set back and it rejected the same records again. */
  @Test
  void rowsThatAreNewAgainAreNotSentAgain() {
    Left left = new Left();
    left.run(NEVER);
    left.states.replaceAll((offset, state) -> State.NEW);

    left.run(NEVER);

    assertThat(left.copies).isEqualTo(eachOnce());
    assertThat(left.states.values()).containsOnly(State.REDRIVEN);
  }

  @Test
  void whatSomebodySetByHandIsLeftAlone() {
    Left left = new Left();
    left.states.put(3L, State.CLOSED);

    left.run(NEVER);

    assertThat(left.copies).hasSize(RECORDS - 1).doesNotContain("value-3");
    assertThat(left.states).containsEntry(3L, State.CLOSED);
  }

  @Test
  void whatTheInputDoesNotHoldAnyMoreStaysOpen() {
    Left left = new Left();
    left.input.gone.add(2L);

    left.run(NEVER);

    assertThat(left.copies).hasSize(RECORDS - 1).doesNotContain("value-2");
    assertThat(left.states).containsEntry(2L, State.NEW);
  }

  @Test
  void whatHasNoValueStaysOpen() {
    Left left = new Left();
    left.input.value = null;

    left.run(NEVER);

    assertThat(left.copies).isEmpty();
    assertThat(left.states.values()).containsOnly(State.NEW);
  }

  @Test
  void whatASinkKeepsStaysOpenWhileNobodyKnowsItsTables() {
    SetAsideRecord row = new SetAsideRecord(TestingRows.row(1, State.NEW));

    Action action = new Resend(OwnHeaders.ALL, 3, new Input(), Clock.systemUTC()).redriven(row);

    assertThat(action).isInstanceOf(Action.Leave.class);
    assertThat(((Action.Leave) action).why()).contains(ResendOptions.ANY_ORDER);
  }

  /** A sink that was told the topic's ID later, and whose fence was set back, has two rows. */
  @Test
  void twoRowsOfOneRecordAreSentOnceWhereverARunIsCutOff() {
    boolean whole = false;
    for (int cut = 0; !whole; cut++) {
      Left left = new Left();
      List<ConsumerRecord<byte[], byte[]>> twins =
          List.of(
              TestingRows.row(TestingRows.from(TableRow.UNKNOWN_TOPIC, 1), State.NEW, "[]"),
              TestingRows.row(TestingRows.from(TestingRows.TOPIC_ID, 1), State.NEW, "[]"));

      whole = left.run(cut, left.decided(SINK), twins);
      left.run(NEVER, left.decided(SINK), twins);

      assertThat(left.copies).as("cut off at step %d", cut).containsExactly("value-1");
      // One place: what is decided of one row, that it is given up too, holds for the other.
      assertThat(left.decided(SINK).about(Place.of(new SetAsideRecord(twins.get(1)))))
          .contains(OPERATOR.decides(Decision.As.REDRIVEN));
    }
  }

  /** Loaded again, its records may have the same times; what was sent went to the earlier one. */
  @Test
  void aTopicThatWasMadeAgainHasOtherRecordsAtTheSamePlaces() {
    Left left = new Left();
    left.run(NEVER, left.decided(SINK), List.of(TestingRows.row(1, State.NEW)));
    TableRow later = TestingRows.row(TestingRows.from(new UUID(9, 9), 1), State.NEW, "[]");

    left.run(NEVER, left.decided(SINK), List.of(later));

    assertThat(left.copies).containsExactly("value-1", "value-1");
  }

  /** Every sink of the input reads the copy; and a sink may have been renamed meanwhile. */
  @Test
  void whatWasSentForOneSinkIsNotSentForAnother() {
    Left left = new Left();
    left.run(NEVER);
    String other = SetAsideTable.idOf("other sink");

    left.states.replaceAll((offset, state) -> State.NEW);
    left.run(NEVER, left.decided(other), left.rows());

    assertThat(left.copies).isEqualTo(eachOnce());
    assertThat(left.decided(other).about(Place.of(new SetAsideRecord(left.rows().get(0)))))
        .contains(OPERATOR.decides(Decision.As.REPEATED));
  }

  @Test
  void whatOneSinkGaveUpIsOpenForAnother() {
    Left left = new Left();
    SetAsideRecord first = new SetAsideRecord(left.rows().get(0));
    Decisions own = left.decided(SINK);

    own.add(own.decided(first, OPERATOR.decides(Decision.As.PURGED)));

    assertThat(own.about(first)).isPresent();
    assertThat(own.isSent(first)).isFalse();
    assertThat(left.decided(SetAsideTable.idOf("other")).about(first)).isEmpty();
  }
}
