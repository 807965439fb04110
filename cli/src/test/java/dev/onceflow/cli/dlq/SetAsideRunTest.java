package dev.onceflow.cli.dlq;

import static dev.onceflow.cli.dlq.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import dev.onceflow.streams.route.Coordinates;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Each record once, wherever a run is cut off. */
class SetAsideRunTest {
  private static final String TOPIC_ID = "topic-id";
  private static final int RECORDS = 7;

  /** Small, so that a run has several Kafka transactions. */
  private static final int CHUNK = 2;

  private static final Operator OPERATOR = new Operator("ann@host", "now", "a test");
  private static final Filter ALL = new FilterOptions().filter();

  private static final Targets TARGETS =
      new Targets() {
        @Override
        public Optional<String> refusal(Coordinates origin) {
          return Optional.empty();
        }

        @Override
        public Optional<Resend.Content> original(SetAsideRecord record) {
          return Optional.empty();
        }
      };

  /** The end of a process: nothing of ours catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A producer whose process ends at one of its calls, before or after what that does. */
  private static class CutOffProducer extends MockProducer<byte[], byte[]> {
    private int stepsLeft;

    CutOffProducer(int stepsLeft) {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.stepsLeft = stepsLeft;
    }

    void step() {
      if (stepsLeft-- == 0) {
        throw new Killed();
      }
    }

    @Override
    public synchronized void beginTransaction() {
      step();
      super.beginTransaction();
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      step();
      return super.send(record, callback);
    }

    @Override
    public synchronized void commitTransaction() {
      step();
      super.commitTransaction();
      step();
    }
  }

  /** The control: the same calls, and each record is there at once. */
  private static final class WithoutTransactions extends CutOffProducer {
    WithoutTransactions(int stepsLeft) {
      super(stepsLeft);
    }

    @Override
    public synchronized void beginTransaction() {
      step();
    }

    @Override
    public synchronized void commitTransaction() {
      step();
      step();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> dlq() {
    return IntStream.range(0, RECORDS)
        .mapToObj(i -> TestingRecords.of(i, "unreadable", "e" + i).raw())
        .toList();
  }

  /** What all runs together left in the topics that committed readers see. */
  private static final class Log {
    private final List<String> copies = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> decisions = new ArrayList<>();

    void take(CutOffProducer producer) {
      for (ProducerRecord<byte[], byte[]> record : producer.history()) {
        if (record.topic().equals(TestingRecords.INPUT)) {
          copies.add(new String(record.value(), StandardCharsets.UTF_8));
        } else {
          decisions.add(
              new ConsumerRecord<>(
                  record.topic(), 0, decisions.size(), record.key(), record.value()));
        }
      }
    }

    Decisions decisions() {
      return new Decisions(TestingRecords.TOPIC, TOPIC_ID).read(TestingRecords.source(decisions));
    }
  }

  /** Whether it came to its end. */
  private static boolean run(CutOffProducer producer, Log log) {
    return run(producer, log, dlq());
  }

  private static boolean run(
      CutOffProducer producer, Log log, List<ConsumerRecord<byte[], byte[]>> dlq) {
    TransactionalOutlet outlet = new TransactionalOutlet(producer, TestingRecords.TOPIC);
    outlet.begin();
    Resend resend =
        new Resend(OwnHeaders.ALL, 3, TARGETS, Clock.systemUTC())
            .with(Resend.SinkTables.TAKE_ANY_ORDER);
    try {
      new SetAsideRun(ALL, log.decisions(), OPERATOR, resend::redriven)
          .run(
              TestingRecords.source(dlq),
              outlet,
              new Pace(CHUNK * 4, () -> 0L, nanos -> {}),
              tally -> {});
      return true;
    } catch (Killed e) {
      return false;
    } finally {
      log.take(producer);
    }
  }

  private static List<String> eachOnce() {
    return IntStream.range(0, RECORDS).mapToObj(i -> "value-e" + i).toList();
  }

  @Test
  void aRunThatIsCutOffAnywhereIsGoneOnWithAndSendsEachOnce() {
    int cuts = 0;
    boolean whole = false;
    while (!whole) {
      Log log = new Log();

      whole = run(new CutOffProducer(cuts), log);
      // Log: copies and decisions of whole chunks.
      assertThat(log.decisions).hasSameSizeAs(log.copies);
      run(new CutOffProducer(Integer.MAX_VALUE), log);

      assertThat(log.copies).as("cut off at step %d", cuts).isEqualTo(eachOnce());
      cuts++;
    }
    // 4 chunks: each begins, sends a copy and a decision per record, and commits.
    assertThat(cuts).isGreaterThan(4 * 3 + 2 * RECORDS);
  }

  /** The control: without Kafka transactions the same check finds records that were sent twice. */
  @Test
  void theSameCheckCatchesARunWithoutTransactions() {
    Set<Integer> doubled = new HashSet<>();
    int cuts = 0;
    boolean whole = false;
    while (!whole) {
      Log log = new Log();
      whole = run(new WithoutTransactions(cuts), log);
      run(new WithoutTransactions(Integer.MAX_VALUE), log);
      if (!log.copies.equals(eachOnce())) {
        doubled.add(cuts);
      }
      cuts++;
    }

    // Between each copy and its decision.
    assertThat(doubled).hasSize(RECORDS);
  }

  /** A worker that died between its report and its commit has reported twice. */
  private static List<ConsumerRecord<byte[], byte[]>> connectsQueue() {
    return List.of(
        TestingRecords.ofConnect(0, 40, "a").raw(),
        TestingRecords.ofConnect(1, 40, "a").raw(),
        TestingRecords.ofConnect(2, 41, "b").raw(),
        TestingRecords.ofConnect(3, 40, "a").raw(),
        // In a topic that was made again the same offset is another record.
        TestingRecords.ofConnect(4, 40, "c").raw());
  }

  @Test
  void whatConnectSetAsideTwiceIsSentOnceWhereverARunIsCutOff() {
    boolean whole = false;
    for (int cut = 0; !whole; cut++) {
      Log log = new Log();

      whole = run(new CutOffProducer(cut), log, connectsQueue());
      run(new CutOffProducer(Integer.MAX_VALUE), log, connectsQueue());

      assertThat(log.copies).as("cut off at step %d", cut).containsExactly("a", "b", "c");
      assertThat(log.decisions().about(new Place(0, 3)))
          .contains(OPERATOR.decides(Decision.As.REPEATED));
    }
  }

  /** The one that comes later in the topic was sent first: a filter named it. */
  @Test
  void whichOfTwoIsSentFirstDoesNotMatter() {
    Log log = new Log();

    run(new CutOffProducer(Integer.MAX_VALUE), log, connectsQueue().subList(1, 2));
    run(new CutOffProducer(Integer.MAX_VALUE), log, connectsQueue());

    assertThat(log.copies).containsExactly("a", "b", "c");
  }

  @Test
  void whatWasDecidedSaysWhatTheRecordWas() {
    Log log = new Log();
    run(new CutOffProducer(Integer.MAX_VALUE), log);

    Decided decided = Decided.read(log.decisions.get(3)).orElseThrow();

    assertThat(decided)
        .isEqualTo(
            new Decided(
                TOPIC_ID,
                new Place(0, 3),
                OPERATOR.decides(Decision.As.REDRIVEN),
                "unreadable",
                Optional.of("e3"),
                Optional.of("orders-3-7"),
                Optional.empty()));
  }

  @Test
  void aSecondRunOfAnyCommandPassesOverWhatIsDecided() {
    Log log = new Log();
    run(new CutOffProducer(Integer.MAX_VALUE), log);
    CutOffProducer second = new CutOffProducer(Integer.MAX_VALUE);
    TransactionalOutlet outlet = new TransactionalOutlet(second, TestingRecords.TOPIC);
    outlet.begin();

    Tally tally =
        new SetAsideRun(
                ALL, log.decisions(), OPERATOR, record -> new Action.Close(Decision.As.PURGED))
            .run(
                TestingRecords.source(dlq()),
                outlet,
                new Pace(0, () -> 0L, nanos -> {}),
                each -> {});

    assertThat(tally.done()).isZero();
    assertThat(tally.decidedBefore()).isEqualTo(RECORDS);
    assertThat(second.history()).isEmpty();
  }

  /** Fails as Kafka's producer does with a record that is too large. */
  private static final class ChoosyProducer extends CutOffProducer {
    private boolean failed;

    ChoosyProducer() {
      super(Integer.MAX_VALUE);
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (failed) {
        throw new KafkaException("a record before failed");
      }
      if (record.topic().equals(TestingRecords.INPUT)
          && new String(record.value(), StandardCharsets.UTF_8).equals("value-e3")) {
        failed = true;
        RecordTooLargeException tooLarge = new RecordTooLargeException("99 bytes");
        callback.onCompletion(null, tooLarge);
        return CompletableFuture.failedFuture(tooLarge);
      }
      return super.send(record, callback);
    }

    @Override
    public synchronized void commitTransaction() {
      if (failed) {
        throw new KafkaException("a record failed");
      }
      super.commitTransaction();
    }

    @Override
    public synchronized void abortTransaction() {
      failed = false;
      super.abortTransaction();
    }
  }

  @Test
  void aRecordThatKafkaRefusesStaysOpenAndTheOthersGo() {
    Log log = new Log();
    ChoosyProducer producer = new ChoosyProducer();

    run(producer, log);

    assertThat(log.copies).hasSize(RECORDS - 1).doesNotContain("value-e3");
    assertThat(log.decisions().about(new Place(0, 3))).isEmpty();
    assertThat(log.decisions().about(new Place(0, 2)))
        .contains(OPERATOR.decides(Decision.As.REDRIVEN));
  }

  @Test
  void whoeverIsFencedOutStopsAndSaysSo() {
    CutOffProducer producer = new CutOffProducer(Integer.MAX_VALUE);
    TransactionalOutlet outlet = new TransactionalOutlet(producer, TestingRecords.TOPIC);
    outlet.begin();
    producer.fenceProducer();
    SetAsideRun run =
        new SetAsideRun(
            ALL, new Log().decisions(), OPERATOR, record -> new Action.Close(Decision.As.PURGED));

    assertThatThrownBy(
            () ->
                run.run(
                    TestingRecords.source(dlq()),
                    outlet,
                    new Pace(0, () -> 0L, nanos -> {}),
                    tally -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Another command deals with orders-dlq now");
  }

  @Test
  void decisionsAboutATopicThatWasMadeAgainSayNothing() {
    Log log = new Log();
    run(new CutOffProducer(Integer.MAX_VALUE), log);

    Decisions ofAnother =
        new Decisions(TestingRecords.TOPIC, "another-id")
            .read(TestingRecords.source(log.decisions));

    assertThat(ofAnother.about(new Place(0, 3))).isEmpty();
  }

  @Test
  void whoElseWritesDecisionsIsAskedFor() {
    List<ConsumerRecord<byte[], byte[]>> foreign =
        List.of(
            new ConsumerRecord<>("d", 0, 0L, utf8(TOPIC_ID + " 0:1"), utf8("{\"as\":\"lost\"}")));

    assertThatThrownBy(
            () ->
                new Decisions(TestingRecords.TOPIC, TOPIC_ID).read(TestingRecords.source(foreign)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("who else writes there");
  }
}
