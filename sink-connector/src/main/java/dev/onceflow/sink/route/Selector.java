package dev.onceflow.sink.route;

import dev.onceflow.sink.record.TextReader;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A selection, made ready for records of one schema.
 *
 * <p>Of a tombstone only what isn't in the value can be asked; the other terms count as met. That
 * is right, since deleting a row that the table never took changes nothing.
 */
public final class Selector {
  private record Check(TextReader reader, Selection.Term term) {}

  private final List<Check> checks;

  private Selector(List<Check> checks) {
    this.checks = checks;
  }

  /**
   * For records with the schemas of {@code sample}.
   *
   * @throws dev.onceflow.sink.record.UnfitRecordException where they lack what is asked for
   */
  public static Selector of(Selection selection, SinkRecord sample) {
    return new Selector(
        selection.terms().stream()
            .filter(term -> sample.value() != null || !TextReader.readsValue(term.source()))
            .map(term -> new Check(TextReader.of(term.source(), sample), term))
            .toList());
  }

  /** Whether the record is taken. */
  public boolean selects(SinkRecord record) {
    for (Check check : checks) {
      String text = check.reader.read(record);
      if (text == null || !check.term.isMetBy(text)) {
        return false;
      }
    }
    return true;
  }
}
