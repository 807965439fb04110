package dev.onceflow.cli.audit;

import dev.onceflow.cli.audit.digest.RowDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Whether a topic and a table hold the same, by ID and content.
 *
 * @param name what was compared with what
 * @param expected how many rows the topic says there should be
 * @param found how many rows the table has
 * @param missing IDs that the topic has and the table has not, at most {@value #NAMES_MAX}
 * @param foreign IDs that the table has and the topic has not
 * @param duplicated IDs that stand more than once on either side
 * @param altered IDs on both sides with other content, with both contents
 * @param differences how many there are of all four kinds, named or not
 */
public record Comparison(
    String name,
    long expected,
    long found,
    List<String> missing,
    List<String> foreign,
    List<String> duplicated,
    List<String> altered,
    long differences) {
  private static final int NAMES_MAX = 20;

  /** True if nothing differs. */
  public boolean agrees() {
    return differences == 0;
  }

  /**
   * Compares the two sides: one pass over each, at the same time, and where buckets differ a second
   * one that opens them. Memory does not grow with the number of rows that agree.
   */
  static Comparison of(String name, RowSource topic, RowSource table) {
    byte[] key = RowDigest.newKey();
    CompletableFuture<RowDigest> tableSide =
        CompletableFuture.supplyAsync(() -> digest(key, table));
    RowDigest topicDigest = digest(key, topic);
    RowDigest tableDigest = tableSide.join();
    BitSet open = topicDigest.bucketsThatDifferFrom(tableDigest);
    Differences differences = new Differences();
    if (!open.isEmpty()) {
      differences.find(rowsIn(open, topic), rowsIn(open, table));
    }
    return new Comparison(
        name,
        topicDigest.rows(),
        tableDigest.rows(),
        List.copyOf(differences.missing),
        List.copyOf(differences.foreign),
        List.copyOf(differences.duplicated),
        List.copyOf(differences.altered),
        differences.total);
  }

  private static RowDigest digest(byte[] key, RowSource source) {
    RowDigest digest = new RowDigest(key);
    source.forEach(row -> digest.add(row.bytes()));
    return digest;
  }

  private static Map<String, List<String>> rowsIn(BitSet buckets, RowSource source) {
    Map<String, List<String>> rows = new HashMap<>();
    source.forEach(
        row -> {
          if (buckets.get(RowDigest.bucketOf(row.bytes()))) {
            rows.computeIfAbsent(row.id(), id -> new ArrayList<>(1)).add(row.content());
          }
        });
    return rows;
  }

  private static final class Differences {
    private final List<String> missing = new ArrayList<>();
    private final List<String> foreign = new ArrayList<>();
    private final List<String> duplicated = new ArrayList<>();
    private final List<String> altered = new ArrayList<>();
    private long total;

    void find(Map<String, List<String>> topic, Map<String, List<String>> table) {
      TreeSet<String> ids = new TreeSet<>(topic.keySet());
      ids.addAll(table.keySet());
      for (String id : ids) {
        List<String> expected = topic.getOrDefault(id, List.of());
        List<String> found = table.getOrDefault(id, List.of());
        if (found.isEmpty()) {
          name(missing, id);
        } else if (expected.isEmpty()) {
          name(foreign, id);
        } else if (expected.size() > 1 || found.size() > 1) {
          name(duplicated, "%s (topic %d, table %d)".formatted(id, expected.size(), found.size()));
        } else if (!expected.equals(found)) {
          name(altered, "%s: expected %s, found %s".formatted(id, expected.get(0), found.get(0)));
        }
      }
    }

    private void name(List<String> names, String id) {
      total++;
      if (names.size() < NAMES_MAX) {
        names.add(id);
      }
    }
  }
}
