package dev.onceflow.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.audit.digest.RowDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final int ROWS = 20_000;

  private final List<AuditRow> topic = rows();
  private final List<AuditRow> table = rows();

  @Test
  void theSameRowsInAnotherOrderAgree() {
    Collections.shuffle(table, new Random(7));

    Comparison comparison = compare();

    assertThat(comparison.agrees()).isTrue();
    assertThat(comparison.expected()).isEqualTo(ROWS);
    assertThat(comparison.found()).isEqualTo(ROWS);
  }

  @Test
  void aMissingRowIsNamed() {
    table.remove(11);

    assertThat(compare().missing()).containsExactly("id-11");
  }

  @Test
  void aRowThatNoEventMadeIsNamed() {
    table.add(new AuditRow("stranger", "1"));

    assertThat(compare().foreign()).containsExactly("stranger");
  }

  @Test
  void oneWrongAmountIsNamedWithBothContents() {
    table.set(11, new AuditRow("id-11", "amount=12"));

    assertThat(compare().altered()).containsExactly("id-11: expected amount=11, found amount=12");
  }

  @Test
  void aPairOfDuplicatesDoesNotCancelOut() {
    table.add(topic.get(11));
    table.add(topic.get(11));

    assertThat(compare().duplicated()).containsExactly("id-11 (topic 1, table 3)");
  }

  @Test
  void aLossAndADuplicateInOneBucketAreBothNamed() {
    Map<Integer, AuditRow> buckets = new HashMap<>();
    AuditRow lost = null;
    AuditRow twin = null;
    for (AuditRow row : topic) {
      twin = buckets.put(RowDigest.bucketOf(row.bytes()), row);
      if (twin != null) {
        lost = row;
        break;
      }
    }
    table.remove(lost);
    table.add(twin);

    Comparison comparison = compare();

    assertThat(comparison.expected()).isEqualTo(comparison.found());
    assertThat(comparison.missing()).containsExactly(lost.id());
    assertThat(comparison.duplicated()).hasSize(1);
    assertThat(comparison.differences()).isEqualTo(2);
  }

  @Test
  void manyDifferencesAreAllCountedAndSomeNamed() {
    table.subList(0, 5_000).clear();

    Comparison comparison = compare();

    assertThat(comparison.differences()).isEqualTo(5_000);
    assertThat(comparison.missing()).hasSize(20);
  }

  private Comparison compare() {
    return Comparison.of("rows", topic::forEach, table::forEach);
  }

  private static List<AuditRow> rows() {
    List<AuditRow> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(new AuditRow("id-" + i, "amount=" + i));
    }
    return rows;
  }
}
