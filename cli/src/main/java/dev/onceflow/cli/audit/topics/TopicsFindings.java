package dev.onceflow.cli.audit.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.audit.certificate.Certificate;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** What an audit of the job's topics found, as a certificate and for people. */
record TopicsFindings(String applicationId, List<PartitionSum> sums) {
  private static final ObjectMapper JSON = new ObjectMapper();

  boolean agree() {
    return sums.stream().allMatch(sum -> sum.differences().isEmpty());
  }

  private long sum(ToLongFunction<VerdictCounts> count) {
    return sums.stream().mapToLong(sum -> count.applyAsLong(sum.counts())).sum();
  }

  /** What could not be compared, since records have expired. */
  List<String> notVisible() {
    TreeSet<String> notVisible = new TreeSet<>();
    for (PartitionSum sum : sums) {
      if (sum.inInput().isEmpty()) {
        notVisible.add(
            "records of %s-%d that have expired"
                .formatted(Topics.PAYMENTS.name(), sum.partition()));
      }
      sum.outOfSight()
          .forEach(
              fate -> notVisible.add("records of %s that have expired".formatted(fate.topic())));
    }
    return List.copyOf(notVisible);
  }

  Certificate certificate(Instant now) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", Certificate.FORMAT)
        .put("kind", "topics")
        .put("made_at", now.toString())
        .put("verdict", agree() ? "agree" : "differ")
        .put("application_id", applicationId)
        .put("input", Topics.PAYMENTS.name());
    ArrayNode partitions = root.putArray("partitions");
    sums.forEach(sum -> add(partitions.addObject(), sum));
    ArrayNode notVisible = root.putArray("not_visible");
    notVisible().forEach(notVisible::add);
    return new Certificate(root);
  }

  private static void add(ObjectNode json, PartitionSum sum) {
    VerdictCounts counts = sum.counts();
    json.put("partition", sum.partition()).put("to", counts.getNextOffset());
    sum.inInput().ifPresent(records -> json.put("in_input", records));
    json.putObject("counted")
        .put("read", counts.getRead())
        .put("applied", counts.getApplied())
        .put("rejected", counts.getRejected())
        .put("duplicate", counts.getDuplicate())
        .put("quarantined", counts.getQuarantined())
        .put("dlq", counts.getDlq());
    ObjectNode found = json.putObject("found");
    sum.found().forEach((fate, count) -> found.put(fate.word(), count));
    ArrayNode differences = json.putArray("differences");
    sum.differences().forEach(differences::add);
    json.put("wrong_offsets", sum.wrongCount());
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("%s through %s".formatted(Topics.PAYMENTS.name(), applicationId));
    lines.add(
        "  %d read = %d applied + %d rejected + %d duplicate + %d quarantined + %d dlq"
            .formatted(
                sum(VerdictCounts::getRead),
                sum(VerdictCounts::getApplied),
                sum(VerdictCounts::getRejected),
                sum(VerdictCounts::getDuplicate),
                sum(VerdictCounts::getQuarantined),
                sum(VerdictCounts::getDlq)));
    for (Fate fate : Fate.values()) {
      lines.add(
          "  %s: of %d input records"
              .formatted(
                  fate.topic(), sums.stream().mapToLong(sum -> sum.found().get(fate)).sum()));
    }
    for (PartitionSum sum : sums) {
      lines.add(
          "  partition %d: up to offset %d"
              .formatted(sum.partition(), sum.counts().getNextOffset()));
      sum.differences().forEach(difference -> lines.add("    DIFFERS: " + difference));
      if (sum.wrongCount() > sum.wrong().size()) {
        lines.add("    and %d more offsets".formatted(sum.wrongCount() - sum.wrong().size()));
      }
    }
    notVisible().forEach(what -> lines.add("  not visible: " + what));
    lines.add(agree() ? "Agree: nothing lost, nothing counted twice." : "DIFFER.");
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
