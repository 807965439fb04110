package dev.onceflow.cli.audit.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SetComparisonTest {
  private static final int ROWS = 20_000;
  private static final byte[] KEY = new byte[RowDigest.KEY_BYTES];

  private record Line(String id, String content, Place place) {}

  private final List<Line> topic = lines(ROWS);
  private final List<Line> table = lines(ROWS);
  private final Set<Place> rejected = new HashSet<>();
  private boolean everyRowHasARecord = true;
  private int namesMax = 20;

  private static List<Line> lines(int count) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(new Line("id-" + i, "amount=" + i, new Place(i % 4, i, true)));
    }
    return lines;
  }

  private static RowSource source(List<Line> lines) {
    return sink -> {
      Row row = new Row();
      for (Line line : lines) {
        byte[] id = line.id.getBytes(StandardCharsets.UTF_8);
        byte[] content = line.content.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(4 + id.length + 4 + content.length);
        bytes.putInt(id.length).put(id).putInt(content.length).put(content);
        row.set(bytes.array(), 0, bytes.capacity(), 4, id.length);
        sink.accept(row, line.place);
      }
    };
  }

  private Difference compare() {
    return compareSince(topic, false, Optional.empty());
  }

  private Difference compareSince(
      List<Line> covered, boolean rowsHavePlaces, Optional<RowSums> then) {
    return new SetComparison(
            KEY,
            namesMax,
            new SetComparison.Sides(source(covered), source(topic), source(table), rowsHavePlaces))
        .run(everyRowHasARecord, rejected::contains, then);
  }

  private static int bucketOf(Line line) {
    int[] bucket = new int[1];
    source(List.of(line)).forEach((row, place) -> bucket[0] = RowDigest.bucketOf(row));
    return bucket[0];
  }

  private static List<String> ids(Difference difference, Finding.Kind kind) {
    return difference.named().stream()
        .filter(finding -> finding.kind() == kind)
        .map(finding -> text(finding.id()))
        .toList();
  }

  private static String text(String hex) {
    return new String(java.util.HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }

  @Test
  void theSameRowsInAnotherOrderAgree() {
    Collections.shuffle(table, new Random(7));

    Difference difference = compare();

    assertThat(difference.isNone()).isTrue();
    assertThat(difference.topic()).isEqualTo(difference.table());
    assertThat(difference.table().rows()).isEqualTo(ROWS);
  }

  @Test
  void aLossIsNamedWithItsCoordinates() {
    table.remove(11);

    Difference difference = compare();

    assertThat(ids(difference, Finding.Kind.MISSING)).containsExactly("id-11");
    assertThat(difference.named().get(0).place()).contains(new Place(3, 11, true));
  }

  @Test
  void oneWrongAmountIsNamed() {
    table.set(11, new Line("id-11", "amount=12", Place.UNKNOWN));

    assertThat(ids(compare(), Finding.Kind.ALTERED)).containsExactly("id-11");
  }

  @Test
  void aRowThatNoEventMadeIsNamed() {
    table.add(new Line("stranger", "amount=1", Place.UNKNOWN));

    assertThat(ids(compare(), Finding.Kind.FOREIGN)).containsExactly("stranger");
  }

  @Test
  void aPairOfDuplicatesDoesNotCancelOut() {
    table.add(table.get(11));
    table.add(table.get(11));

    Difference difference = compare();

    assertThat(ids(difference, Finding.Kind.DUPLICATED)).containsExactly("id-11");
    assertThat(difference.named().get(0).rows()).isEqualTo(3);
  }

  @Test
  void aLossAndADuplicateInOneBucketAreBothNamed() {
    Line lost = topic.get(11);
    Line twin =
        IntStream.range(ROWS, 100 * RowDigest.BUCKETS)
            .mapToObj(i -> new Line("id-" + i, "amount=" + i, new Place(0, i, true)))
            .filter(line -> bucketOf(line) == bucketOf(lost))
            .findFirst()
            .orElseThrow();
    topic.add(twin);
    table.remove(11);
    table.add(twin);
    table.add(twin);

    Difference difference = compare();

    assertThat(difference.topic().rows()).isEqualTo(difference.table().rows());
    assertThat(ids(difference, Finding.Kind.MISSING)).containsExactly("id-11");
    assertThat(ids(difference, Finding.Kind.DUPLICATED)).containsExactly(twin.id);
    assertThat(difference.counts().values().stream().mapToLong(n -> n).sum()).isEqualTo(2);
  }

  @Test
  void contentsThatAreExchangedBetweenTwoRowsAreBothNamed() {
    table.set(11, new Line("id-11", "amount=12", Place.UNKNOWN));
    table.set(12, new Line("id-12", "amount=11", Place.UNKNOWN));

    assertThat(ids(compare(), Finding.Kind.ALTERED)).containsExactly("id-11", "id-12");
  }

  @Test
  void aRepeatedRecordIsNoDifferenceAndItsFirstContentHolds() {
    topic.add(new Line("id-11", "amount=11", new Place(3, ROWS, true)));
    topic.add(new Line("id-12", "amount=99", new Place(0, ROWS + 1, true)));

    Difference difference = compare();

    assertThat(difference.isNone()).isTrue();
    assertThat(difference.repeated()).isEqualTo(2);

    table.set(12, new Line("id-12", "amount=99", Place.UNKNOWN));

    assertThat(ids(compare(), Finding.Kind.ALTERED)).containsExactly("id-12");
  }

  @Test
  void aRecordAmongTheDeadLettersIsNotMissed() {
    table.remove(11);
    rejected.add(topic.get(11).place);

    Difference difference = compare();

    assertThat(difference.isNone()).isTrue();
    assertThat(difference.rejected()).isEqualTo(1);
  }

  @Test
  void rowsWithoutARecordAreOutOfSightWhereRecordsMayHaveExpired() {
    topic.subList(0, 100).clear();
    table.remove(ROWS - 1);
    everyRowHasARecord = false;

    Difference difference = compare();

    assertThat(difference.outOfSight()).isEqualTo(100);
    assertThat(difference.counts().get(Finding.Kind.FOREIGN)).isZero();
    assertThat(ids(difference, Finding.Kind.MISSING)).containsExactly("id-" + (ROWS - 1));
  }

  @Test
  void rowsThatSayWhereTheyComeFromAreOutOfSightAloneIfTheyAreOld() {
    topic.subList(0, 100).clear();
    table.replaceAll(
        line ->
            new Line(
                line.id,
                line.content,
                new Place(
                    line.place.partition(), line.place.offset(), line.place.offset() >= 100)));
    table.add(new Line("stranger", "amount=1", new Place(0, 200, true)));

    Difference difference = compare();

    assertThat(difference.outOfSight()).isEqualTo(100);
    assertThat(ids(difference, Finding.Kind.FOREIGN)).containsExactly("stranger");
    assertThat(difference.counts().values().stream().mapToLong(n -> n).sum()).isEqualTo(1);
  }

  @Test
  void aRepeatedRecordOfAnOldRowIsNotMissed() {
    Line old = topic.get(5);
    topic.subList(0, 100).clear();
    topic.add(new Line(old.id, old.content, new Place(1, ROWS + 1, true)));
    table.replaceAll(
        line ->
            new Line(
                line.id,
                line.content,
                new Place(
                    line.place.partition(), line.place.offset(), line.place.offset() >= 100)));

    assertThat(compare().isNone()).isTrue();
  }

  /** What made the row has expired; a later record of its event says something else. */
  @Test
  void aRowWhoseFirstRecordMayHaveExpiredIsUndecidedAndNotAltered() {
    topic.subList(0, 100).clear();
    topic.add(new Line("id-5", "amount=99", new Place(1, ROWS + 1, true)));
    everyRowHasARecord = false;

    Difference difference = compare();

    assertThat(difference.isNone()).isTrue();
    assertThat(ids(difference, Finding.Kind.UNDECIDED)).containsExactly("id-5");
    assertThat(difference.counts().get(Finding.Kind.ALTERED)).isZero();
    assertThat(difference.outOfSight()).isEqualTo(99);

    // The control: where nothing has expired, the same rows are known to be altered.
    everyRowHasARecord = true;
    assertThat(ids(compare(), Finding.Kind.ALTERED)).containsExactly("id-5");
  }

  /** Compaction: rows say where they come from, and still their records may be gone. */
  @Test
  void aPlaceInSightDoesNotMakeARowForeignOrAlteredWhereRecordsVanishInTheMiddle() {
    topic.remove(7);
    topic.set(8, new Line("id-9", "amount=99", new Place(1, ROWS + 1, true)));
    everyRowHasARecord = false;

    Difference difference = compareSince(topic, true, Optional.empty());

    assertThat(difference.isNone()).isTrue();
    assertThat(ids(difference, Finding.Kind.UNDECIDED)).containsExactly("id-9");
    assertThat(difference.outOfSight()).isEqualTo(1);
  }

  /** An earlier audit has seen the first half; a quarter of the records has expired since. */
  private Difference compareSince() {
    final RowSums then = digestOf(lines(ROWS).subList(0, ROWS / 2));
    topic.replaceAll(line -> seenBefore(line, line.place.offset() >= ROWS / 2));
    List<Line> covered = topic.stream().filter(line -> line.place.inSight()).toList();
    topic.removeIf(line -> line.place.offset() < ROWS / 4);
    everyRowHasARecord = false;
    return compareSince(covered, false, Optional.of(then));
  }

  private static Line seenBefore(Line line, boolean isCovered) {
    return new Line(
        line.id, line.content, new Place(line.place.partition(), line.place.offset(), isCovered));
  }

  private static RowSums digestOf(List<Line> lines) {
    RowDigest digest = new RowDigest(KEY);
    source(lines).forEach((row, place) -> digest.add(row));
    return digest.total();
  }

  @Test
  void anAuditBuildsOnAnEarlierOne() {
    Difference difference = compareSince();

    assertThat(difference.isNone()).isTrue();
    assertThat(difference.outOfSight()).isZero();
    assertThat(difference.topic().rows()).isEqualTo(ROWS / 2);
    assertThat(difference.table()).isEqualTo(digestOf(table));
  }

  @Test
  void aLossAmongTheLaterRecordsIsNamedAndTheEarlierRowsAreAsTheyWere() {
    table.remove(ROWS - 1);

    Difference difference = compareSince();

    assertThat(ids(difference, Finding.Kind.MISSING)).containsExactly("id-" + (ROWS - 1));
    assertThat(difference.earlier().orElseThrow().now())
        .isEqualTo(difference.earlier().orElseThrow().then());
  }

  @Test
  void aChangeOfAnEarlierRowIsNamedIfItsRecordIsStillThere() {
    int stillThere = ROWS / 4 + 1;
    table.set(stillThere, new Line("id-" + stillThere, "amount=0", Place.UNKNOWN));

    Difference difference = compareSince();

    assertThat(ids(difference, Finding.Kind.ALTERED)).containsExactly("id-" + stillThere);
    assertThat(difference.earlier().orElseThrow().now())
        .isEqualTo(difference.earlier().orElseThrow().then());
  }

  @Test
  void aRowThatAnEarlierAuditSawWithItsContentIsDecidedThoughALaterRecordSaysElse() {
    topic.add(new Line("id-1", "amount=99", new Place(1, ROWS + 1, true)));

    Difference difference = compareSince();

    assertThat(difference.isNone()).isTrue();
    assertThat(difference.counts().get(Finding.Kind.UNDECIDED)).isZero();
    assertThat(difference.earlier().orElseThrow().now())
        .isEqualTo(difference.earlier().orElseThrow().then());
  }

  /** One row changed and another with an expired first record: which is which, no sum can tell. */
  @Test
  void aChangeBesideARowOfAnExpiredRecordIsSeenAndNamesNoneAltered() {
    int stillThere = ROWS / 4 + 1;
    topic.add(new Line("id-1", "amount=99", new Place(1, ROWS + 1, true)));
    table.set(stillThere, new Line("id-" + stillThere, "amount=0", Place.UNKNOWN));

    Difference difference = compareSince();

    assertThat(difference.isNone()).isFalse();
    assertThat(ids(difference, Finding.Kind.UNDECIDED)).containsExactly("id-1", "id-" + stillThere);
    assertThat(difference.counts().get(Finding.Kind.ALTERED)).isZero();
  }

  @Test
  void aChangeOfAnEarlierRowIsSeenEvenIfItsRecordHasExpired() {
    table.set(1, new Line("id-1", "amount=0", Place.UNKNOWN));

    Difference difference = compareSince();

    assertThat(difference.isNone()).isFalse();
    assertThat(difference.named()).isEmpty();
    assertThat(difference.earlier().orElseThrow().now().rows()).isEqualTo(ROWS / 2);
  }

  @Test
  void aRepeatedRecordOfAnEarlierRowIsNoChange() {
    topic.add(new Line("id-9000", "amount=9000", new Place(0, ROWS, true)));

    Difference difference = compareSince();

    assertThat(difference.isNone()).isTrue();
    assertThat(difference.repeated()).isEqualTo(1);
  }

  @Test
  void rowsThatSayWhereTheyComeFromAreHeldAgainstTheEarlierAuditAtOnce() {
    final RowSums then = digestOf(lines(ROWS).subList(0, ROWS / 2));
    table.replaceAll(line -> seenBefore(line, line.place.offset() >= ROWS / 2));
    List<Line> covered = topic.subList(ROWS / 2, ROWS);

    Difference same = compareSince(covered, true, Optional.of(then));
    table.set(1, new Line("id-1", "amount=0", new Place(1, 1, false)));
    Difference changed = compareSince(covered, true, Optional.of(then));

    assertThat(same.isNone()).isTrue();
    assertThat(same.table()).isEqualTo(digestOf(lines(ROWS)));
    assertThat(changed.isNone()).isFalse();
    assertThat(changed.named()).isEmpty();
  }

  /** More rows than are looked at in memory at once: files, and none of them is left. */
  @Test
  void differencesWithoutEndAreAllCountedAndSomeNamed() throws Exception {
    topic.clear();
    table.clear();
    topic.addAll(lines(300_000));
    table.addAll(topic.subList(0, 100_000));
    namesMax = 3;
    Set<Path> before = temporaryFolders();

    Difference difference = compare();

    assertThat(difference.counts().get(Finding.Kind.MISSING)).isEqualTo(200_000);
    assertThat(ids(difference, Finding.Kind.MISSING))
        .containsExactly("id-100000", "id-100001", "id-100002");
    assertThat(temporaryFolders()).isEqualTo(before);
  }

  private static Set<Path> temporaryFolders() throws Exception {
    try (Stream<Path> folders = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return new HashSet<>(
          folders
              .filter(path -> path.getFileName().toString().startsWith("onceflow-audit"))
              .toList());
    }
  }
}
