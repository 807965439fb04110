package dev.onceflow.cli.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that was found out about an event.
 *
 * @param window which records were read
 * @param searched how much of each topic was read, the input first
 * @param copies the records of the input that are the event, in the order of their timestamps
 * @param outputs the records of other topics that belong to it
 * @param applied what the target database says; empty where it wasn't asked
 */
record Story(
    String eventId,
    Window window,
    List<Searched> searched,
    JobMemory memory,
    List<Sighting> copies,
    List<Sighting> outputs,
    Optional<Applied> applied) {
  /**
   * What the target database says.
   *
   * @param rows those with an ID of the event's family
   * @param rowsByKey those with the key of an output, as they are now
   * @param remembered effects that have counted an ID of the family
   * @param fences of the partitions that outputs lie in
   * @param deadLetters outputs that could not be stored
   */
  record Applied(
      List<TargetDatabase.Row> rows,
      List<TargetDatabase.Row> rowsByKey,
      List<Map<String, Object>> remembered,
      List<Map<String, Object>> fences,
      List<Map<String, Object>> deadLetters) {}

  Answer answer() {
    boolean inDatabase =
        applied.filter(a -> !a.rows().isEmpty() || !a.remembered().isEmpty()).isPresent();
    if (!copies.isEmpty() || !outputs.isEmpty() || memory.outcome().isPresent() || inDatabase) {
      return Answer.FOUND;
    }
    return searched.get(0).isWhole() ? Answer.NOT_FOUND : Answer.OUT_OF_SIGHT;
  }

  long read() {
    return searched.stream().mapToLong(Searched::read).sum();
  }

  /** What dedupe made of a copy, as the topics show it. */
  String verdict(Sighting copy) {
    List<Sighting> made = madeOf(copy);
    Optional<Sighting> setAside =
        made.stream().filter(output -> output.setAsideBecause().isPresent()).findFirst();
    if (setAside.isPresent()) {
      return "set aside in %s, %s"
          .formatted(
              setAside.get().partition().topic(), setAside.get().setAsideBecause().orElseThrow());
    }
    if (made.stream().anyMatch(output -> output.role().equals("rejected"))) {
      return "new, and rejected by a rule";
    }
    if (!made.isEmpty()) {
      return "new, and applied: %d %s"
          .formatted(made.size(), made.size() == 1 ? "output" : "outputs");
    }
    Optional<Sighting> other =
        copies.stream()
            .filter(each -> !each.equals(copy))
            .filter(each -> madeOf(each).stream().anyMatch(o -> o.setAsideBecause().isEmpty()))
            .findFirst();
    if (other.isPresent()) {
      return "no output: a duplicate of " + other.get().at();
    }
    return memory
        .outcome()
        .map("no output; the job remembers the event as %s"::formatted)
        .orElse(
            "no output in what was read: not processed yet, a duplicate, or applied without one");
  }

  private List<Sighting> madeOf(Sighting copy) {
    return outputs.stream()
        .filter(output -> output.madeFrom().filter(copy.at()::equals).isPresent())
        .toList();
  }

  /** What could not be seen, in sentences. */
  List<String> outOfSight() {
    List<String> sentences = new ArrayList<>();
    for (Searched each : searched) {
      if (!each.isThere()) {
        sentences.add("Topic %s is not there, or not ours to see.".formatted(each.topic()));
      }
      if (each.unread() > 0) {
        sentences.add(
            "%,d offsets of %s lie outside the window and were not read: --from, --to or --all reach them."
                .formatted(each.unread(), each.topic()));
      }
      if (each.isExpired()) {
        sentences.add(
            "%s no longer holds its first records, which may have been of this event: retention or compaction took them."
                .formatted(each.topic()));
      }
    }
    if (applied.isEmpty()) {
      sentences.add("The target database was not asked: no --database is given.");
    }
    if (!memory.isSure()) {
      sentences.add("What the job remembers is not known: " + memory.answer() + ".");
    }
    return sentences;
  }
}
