package dev.onceflow.streams.dedupe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered for how long, and what is said of what isn't. */
class HorizonTest {
  private static final long DAY = 86_400_000L;
  private static final long HORIZON = 8 * DAY;
  private static final long SKEW = 60_000;
  private static final long TODAY = 20_000 * DAY;
  private static final long LAST_YEAR = TODAY - 365 * DAY;
  private static final int FILE = 40;

  private TestingJob job;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    job = new TestingJob(stateDir, new DedupeConfig(HORIZON, SKEW));
  }

  @AfterEach
  void stop() {
    job.close();
  }

  @Test
  void aYearOldFileLoadedTodayIsNew() {
    load(TODAY);

    assertThat(job.counts().applied()).isEqualTo(FILE);
    assertThat(job.out()).hasSize(FILE);
  }

  @Test
  void aYearOldFileLoadedTwiceIsDuplicate() {
    load(TODAY);
    load(TODAY + DAY);

    assertThat(job.counts().applied()).isEqualTo(FILE);
    assertThat(job.counts().duplicate()).isEqualTo(FILE);
    assertThat(job.out()).hasSize(FILE);
  }

  @Test
  void aYearOldFileLoadedAgainPastTheHorizonIsUnprovable() {
    load(TODAY);
    load(TODAY + HORIZON + DAY);

    assertThat(job.counts().applied()).isEqualTo(FILE);
    assertThat(job.reasons("quarantine")).hasSize(FILE).containsOnly("unprovable");
    assertThat(job.out()).hasSize(FILE);
  }

  @Test
  void whatIsNewerThanAllThatWasForgottenIsNewHoweverLateItComes() {
    job.send(id(LAST_YEAR, 1) + "=1", TODAY);
    job.send(id(LAST_YEAR + 1, 2) + "=2", TODAY + 2 * HORIZON);

    assertThat(job.counts().applied()).isEqualTo(2);
  }

  @Test
  void aLateEventThatCouldHaveBeenForgottenIsUnprovableAlsoTheFirstTime() {
    job.send(id(LAST_YEAR, 1) + "=1", TODAY);
    job.send(id(LAST_YEAR - 1, 2) + "=2", TODAY + 2 * HORIZON);

    assertThat(job.reasons("quarantine")).containsExactly("unprovable");
  }

  @Test
  void anEventIsKnownForTheWholeHorizon() {
    job.send(id(TODAY, 1) + "=1", TODAY);
    job.send(id(TODAY, 1) + "=1", TODAY + HORIZON);

    assertThat(job.counts().duplicate()).isEqualTo(1);
  }

  @Test
  void aDuplicateDoesNotMakeItsEventLastLonger() {
    job.send(id(TODAY, 1) + "=1", TODAY);
    job.send(id(TODAY, 1) + "=1", TODAY + HORIZON);
    job.send(id(TODAY, 1) + "=1", TODAY + HORIZON + DAY);

    assertThat(job.counts().duplicate()).isEqualTo(1);
    assertThat(job.reasons("quarantine")).containsExactly("unprovable");
  }

  /** As in the store of an owner that was away for longer than the changelog keeps deletions. */
  @Test
  void aForgottenBucketThatComesBackBringsNothingBack() {
    job.send("order-1=1", TODAY);
    Map.Entry<Long, byte[]> bucket = job.buckets().entrySet().iterator().next();
    job.send("order-2=1", TODAY + HORIZON);
    long forgotten = TODAY + 2 * HORIZON + HORIZON / 32;
    // Half a second apart, so that order-2 is forgotten and not deleted yet.
    job.send("order-3=1", forgotten - 500);
    job.send("order-4=1", forgotten);

    job.restartWithBucket(bucket.getKey(), bucket.getValue());
    job.send("order-2=1", forgotten + 1);

    assertThat(job.counts().applied()).as("order-2 is forgotten, so it is new").isEqualTo(5);
    assertThat(job.buckets()).doesNotContainKey(bucket.getKey());
  }

  /** The weaker promise that is documented: nothing tells a forgotten ID from a new one. */
  @Test
  void anIdWithoutATimeIsNewAgainPastTheHorizon() {
    job.send("order-1=1", TODAY);
    job.send("order-1=1", TODAY + HORIZON);
    job.send("order-1=1", TODAY + HORIZON + DAY);

    assertThat(job.counts().applied()).isEqualTo(2);
    assertThat(job.counts().duplicate()).isEqualTo(1);
  }

  @Test
  void anIdWithoutATimeGoesByItsEventsTimeWhereThatIsKnown() {
    job.send("order-1@" + TODAY + "=1", TODAY);
    job.send("order-1@" + TODAY + "=1", TODAY + HORIZON + DAY);
    job.send("order-2@" + LAST_YEAR + "=1", TODAY + HORIZON + DAY);
    job.send("order-3@" + (TODAY + 1) + "=1", TODAY + HORIZON + DAY);
    job.send("order-4@" + (TODAY + 2 * HORIZON) + "=1", TODAY + HORIZON + DAY);

    assertThat(job.reasons("quarantine")).containsExactly("unprovable", "unprovable", "future");
    assertThat(job.counts().applied()).isEqualTo(2);
  }

  @Test
  void anAlteredCopyWithALaterTimeBesideItsIdIsAltered() {
    job.send("order-1@" + LAST_YEAR + "=1", TODAY);
    job.send("order-1@" + TODAY + "=2", TODAY + 1);

    assertThat(job.reasons("quarantine")).containsExactly("altered");
    assertThat(job.counts().applied()).isEqualTo(1);
  }

  /** As future it would be told to come again, and be new: by then its event is forgotten. */
  @Test
  void anAlteredCopyWithATimeFarAheadIsAlteredAndNotFuture() {
    job.send("order-1@" + TODAY + "=1", TODAY);
    job.send("order-1@" + (TODAY + 2 * HORIZON) + "=2", TODAY + 1);

    assertThat(job.reasons("quarantine")).containsExactly("altered");
    assertThat(job.counts().applied()).isEqualTo(1);
  }

  @Test
  void anIdAheadOfItsTimeIsQuarantinedAndMakesNothingUnprovable() {
    job.send(id(TODAY + SKEW + 1, 1) + "=1", TODAY);
    job.send(id(TODAY + SKEW, 2) + "=2", TODAY);
    job.send(id(TODAY + 100 * HORIZON, 3) + "=3", TODAY);
    job.send(id(TODAY + HORIZON, 4) + "=4", TODAY + 2 * HORIZON);

    assertThat(job.reasons("quarantine")).containsExactly("future", "future");
    assertThat(job.counts().applied()).isEqualTo(2);
  }

  @Test
  void anUnprovableEventThatAnOperatorReleasesTakesEffectOnce() {
    job.send(id(TODAY, 1) + "=1", TODAY);
    long later = TODAY + 2 * HORIZON;
    job.send(id(TODAY - 1, 2) + "=2", later);

    job.send(id(TODAY - 1, 2) + "=2", later + 1, released(later));
    job.send(id(TODAY - 1, 2) + "=2", later + 2, released(later));
    job.send(id(TODAY - 1, 2) + "=2", later + 3);

    assertThat(job.counts().applied()).isEqualTo(2);
    assertThat(job.counts().duplicate()).isEqualTo(2);
    assertThat(job.reasons("quarantine")).containsExactly("unprovable");
  }

  /** A group that was set back, or a redrive of a copy: the word is in the record's headers. */
  @Test
  void aReleaseDoesNotCountPastTheHorizonHoweverTheRecordComesAgain() {
    job.send(id(TODAY, 1) + "=1", TODAY);
    long later = TODAY + 2 * HORIZON;
    job.send(id(TODAY - 1, 2) + "=2", later, released(later));
    long muchLater = later + 2 * HORIZON;
    job.send(id(muchLater, 3) + "=3", muchLater);

    job.send(id(TODAY - 1, 2) + "=2", later, released(later));
    job.send(id(TODAY - 1, 2) + "=2", muchLater + 1, released(later));

    assertThat(job.counts().applied()).isEqualTo(3);
    assertThat(job.reasons("quarantine")).containsExactly("unprovable", "unprovable");
  }

  @Test
  void aReleaseThatIsNoTimeOrLiesAheadCountsForNothing() {
    job.send(id(TODAY, 1) + "=1", TODAY);
    long later = TODAY + 2 * HORIZON;

    job.send(id(TODAY - 1, 2) + "=2", later, released("yes"));
    job.send(id(TODAY - 1, 2) + "=2", later, released("-1"));
    job.send(id(TODAY - 1, 2) + "=2", later, released(later + SKEW + 1));
    job.send(id(TODAY - 1, 2) + "=2", later, released(Long.MAX_VALUE));
    job.send(id(TODAY - 1, 2) + "=2", later, released(later + SKEW));

    assertThat(job.reasons("quarantine")).hasSize(4).containsOnly("unprovable");
    assertThat(job.counts().applied()).isEqualTo(2);
  }

  @Test
  void anOlderTimestampDoesNotTurnTheClockBackAlsoAfterARestart() {
    job.send(id(TODAY, 1) + "=1", TODAY + HORIZON);
    job.restart();
    // Under its own timestamp this one would be forgotten a horizon earlier.
    job.send(id(TODAY, 2) + "=2", TODAY);
    job.send(id(TODAY, 2) + "=2", TODAY + HORIZON + DAY);

    assertThat(job.counts().duplicate()).isEqualTo(1);
  }

  @Test
  void aMemoryThatLastedForEverKnowsWhatItForgetsWhenItGetsAHorizon() {
    job.restart(new DedupeConfig(DedupeConfig.FOREVER, SKEW));
    load(TODAY);
    job.send(id(TODAY, 1) + "=1", TODAY + 3 * HORIZON);
    assertThat(job.counts().quarantined()).isZero();

    job.restart(new DedupeConfig(HORIZON, SKEW));
    job.send("any=1", TODAY + 3 * HORIZON + 1);
    load(TODAY + 3 * HORIZON + 2);

    assertThat(job.counts().applied()).isEqualTo(FILE + 2);
    assertThat(job.reasons("quarantine")).hasSize(FILE).containsOnly("unprovable");
  }

  @Test
  void aLongerHorizonDoesNotBringBackWhatIsForgotten() {
    load(TODAY);
    job.send("any=1", TODAY + HORIZON + DAY);
    job.restart(new DedupeConfig(10 * HORIZON, SKEW));

    load(TODAY + HORIZON + DAY + 1);

    assertThat(job.counts().applied()).isEqualTo(FILE + 1);
    assertThat(job.reasons("quarantine")).hasSize(FILE).containsOnly("unprovable");
  }

  @Test
  void aShorterHorizonForgetsFromTheNextRecordOn() {
    load(TODAY);
    job.restart(new DedupeConfig(DAY, SKEW));

    load(TODAY + 3 * DAY);

    assertThat(job.reasons("quarantine")).hasSize(FILE).containsOnly("unprovable");
  }

  @Test
  void whatIsForgottenIsDeletedInTheStoreAndInTheChangelog() {
    Map<Bytes, Bytes> restored = new HashMap<>();
    load(TODAY);
    long later = TODAY + HORIZON + DAY;

    job.send(id(later, 1) + "=1", later);
    job.replayChangelog(restored);

    assertThat(job.entries()).hasSize(1);
    assertThat(restored).isEqualTo(job.entries());
  }

  @Test
  void idsWithoutATimeAreDeletedTooWhereverTheirKeysLie() {
    for (int i = 0; i < FILE; i++) {
      job.send("order-" + i + "=1", TODAY);
      // In capitals it is another ID, whose key isn't in the order of time.
      job.send(id(TODAY, 0xABC00 + i).toString().toUpperCase(Locale.ROOT) + "=1", TODAY);
    }
    long later = TODAY + HORIZON + DAY;
    job.send(id(later, 1) + "=1", later);

    assertThat(job.entries()).hasSize(1);
  }

  /** 2,500 forgotten entries take three steps of 1,000; each may be the last before a crash. */
  @Test
  void deletionIsBoundedAndGoesOnAfterARestartWhereItStood() {
    for (int i = 0; i < 2_500; i++) {
      job.send(id(LAST_YEAR, i) + "=1", TODAY);
    }
    long later = TODAY + HORIZON + DAY;
    job.send(id(later, 1) + "=1", later);
    int afterOne = job.entries().size();
    job.restart();
    job.send(id(later, 1) + "=1", later + 1_000);
    int afterTwo = job.entries().size();
    job.revive();
    job.send(id(later, 1) + "=1", later + 2_000);

    assertThat(afterOne).isEqualTo(1_501);
    assertThat(afterTwo).isEqualTo(501);
    assertThat(job.entries()).hasSize(1);
  }

  @Test
  void aMemoryWithoutItsBucketsIsRefused() {
    load(TODAY);

    assertThatThrownBy(() -> job.restartWithoutBuckets())
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageContaining("Start under another application.id");
  }

  private void load(long arrivalMs) {
    for (int i = 0; i < FILE; i++) {
      job.send(id(LAST_YEAR + i, i) + "=" + i, arrivalMs + i);
    }
  }

  private static Headers released(Object when) {
    return new RecordHeaders()
        .add(Dedupe.RELEASE, when.toString().getBytes(StandardCharsets.UTF_8));
  }

  static UUID id(long timeMs, int number) {
    return new UUID(timeMs << 16 | 0x7000, 0x8000000000000000L | number);
  }
}
