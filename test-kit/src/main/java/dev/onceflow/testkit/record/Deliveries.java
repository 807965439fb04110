package dev.onceflow.testkit.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What at-least-once delivery makes of records. */
public final class Deliveries {
  private Deliveries() {}

  /**
   * Every record in its order, and behind each, now and then, a copy of one that came before: the
   * last one as after a lost acknowledgement, or any as after a redelivery. Every record is copied
   * at least once by the end.
   *
   * @param records the records
   * @param seed decides where copies come; the same seed gives the same order
   */
  public static <K, V> List<Message<K, V>> withCopies(List<Message<K, V>> records, long seed) {
    Random random = new Random(seed);
    List<Message<K, V>> delivered = new ArrayList<>();
    List<Message<K, V>> uncopied = new ArrayList<>(records);
    for (int sent = 1; sent <= records.size(); sent++) {
      delivered.add(records.get(sent - 1));
      if (random.nextBoolean()) {
        Message<K, V> copy = records.get(random.nextBoolean() ? sent - 1 : random.nextInt(sent));
        delivered.add(copy);
        uncopied.remove(copy);
      }
    }
    delivered.addAll(uncopied);
    return delivered;
  }
}
