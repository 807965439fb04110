package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.LifecycleSchedules.Call;
import dev.onceflow.sink.fence.Advance;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every order of open, put, preCommit, close and stop that Connect allows, up to a length, with
 * lines cut, answers lost, partitions taken away unnoticed and a database that goes back: effects
 * are once at every moment, preCommit is never ahead of the database, and no exception leaves a
 * seek pending. There is no dedupe of events behind the fence here.
 */
class LifecycleIT {
  private static final Logger LOG = LoggerFactory.getLogger(LifecycleIT.class);

  /** How many calls each order has; 3 take ten times as long: -Donceflow.lifecycle.calls=3. */
  private static final int CALLS = Integer.getInteger("onceflow.lifecycle.calls", 2);

  @Test
  void effectsAreOnceInEveryOrderOfCalls() {
    try (LifecycleRun run = new LifecycleRun(CALLS, new HeldFence(), OnceflowSinkTask::new)) {
      List<List<Call>> orders = LifecycleSchedules.calls(CALLS);
      orders.forEach(run::run);

      LOG.info(
          "{} orders of calls, {} interleavings, {} of {} cuts",
          orders.size(),
          run.interleavings(),
          run.cuts(),
          run.armed());
      assertThat(run.cuts()).isGreaterThan(run.armed() / 2);
    }
  }

  @Test
  void controlACompareAndSetWhoseMissIsNotHeardIsCaught() {
    HeldFence deaf =
        new HeldFence() {
          @Override
          List<Advance> heard(List<Advance> missed) {
            return List.of();
          }
        };

    assertThatThrownBy(() -> runUntilItFails(deaf, OnceflowSinkTask::new))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("fence and applied offsets");
  }

  @Test
  void controlOffsetsThatAreCommittedBeforeTheirEffectsAreCaught() {
    assertThatThrownBy(() -> runUntilItFails(new HeldFence(), ReportsWhatWasDelivered::new))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the database never had more");
  }

  @Test
  void controlAnExceptionWithASeekPendingIsCaught() {
    assertThatThrownBy(() -> runUntilItFails(new HeldFence(), ThrowsAfterSeeks::new))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seeks pending");
  }

  private static void runUntilItFails(
      HeldFence guarantee, BiFunction<HeldFence, InstantSource, OnceflowSinkTask> task) {
    try (LifecycleRun run = new LifecycleRun(2, guarantee, task)) {
      LifecycleSchedules.calls(2).forEach(run::run);
    }
  }

  private static final class ReportsWhatWasDelivered extends OnceflowSinkTask {
    ReportsWhatWasDelivered(HeldFence guarantee, InstantSource clock) {
      super(guarantee, clock);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(
        Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
      return currentOffsets;
    }
  }

  private static final class ThrowsAfterSeeks extends OnceflowSinkTask {
    ThrowsAfterSeeks(HeldFence guarantee, InstantSource clock) {
      super(guarantee, clock);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
      super.put(records);
      if (!((TestingContext) context).seeks.isEmpty()) {
        throw new RetriableException("the database is in trouble");
      }
    }
  }
}
