package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.certificate.Certificate;
import dev.onceflow.cli.audit.digest.Difference;
import dev.onceflow.cli.audit.digest.Finding;
import dev.onceflow.cli.audit.digest.Place;
import dev.onceflow.cli.audit.digest.RowDigest;
import dev.onceflow.cli.audit.digest.SetComparison;
import dev.onceflow.cli.audit.read.AuditProgress;
import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.schemas.serde.RegistryRecordReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares what a topic says there should be with what an insert effect's table holds, by event ID
 * and content. The table and its fence are seen in one snapshot, the topic is read committed up to
 * that fence, so it may run beside the sink. Memory does not grow with table or topic; the snapshot
 * keeps PostgreSQL from removing rows that were deleted since, for as long as it runs. A crash
 * leaves nothing but, at worst, a temporary folder.
 */
final class TableAudit {
  /** How many of the last records of each partition are looked at for fields. */
  private static final long PEEKED_OFFSETS = 500;

  private final Options options;
  private final InsertEffect effect;
  private final CommittedTopic topic;
  private final AuditProgress progress;

  /**
   * What to audit, and how it is reached.
   *
   * @param connector the connector's configuration
   * @param table which of its tables; empty for the only one with insert effects
   * @param sink another sink's name than the configuration's
   * @param since the certificate of an earlier audit to build on
   * @param without columns that are not to be compared
   * @param namesMax how many differences of each kind to name
   * @param clients settings of Kafka clients and of the schema registry
   * @param databaseUrl the target database
   * @param databaseProperties user, password and such
   */
  record Options(
      ConnectorFile connector,
      Optional<String> table,
      Optional<String> sink,
      Optional<Certificate> since,
      Set<String> without,
      int namesMax,
      Map<String, Object> clients,
      String databaseUrl,
      Properties databaseProperties) {}

  /**
   * @param progress told of what was read
   */
  TableAudit(Options options, AuditProgress progress) {
    this.options = options;
    this.progress = progress;
    this.effect = InsertEffect.of(options.connector, options.table, options.sink);
    this.topic = new CommittedTopic(effect.topic(), options.clients, progress::records);
  }

  /**
   * Reads and compares.
   *
   * @throws UserException if it can't be done, saying why
   */
  TableFindings run() {
    TopicFacts facts = TopicFacts.of(effect.topic(), options.clients);
    try (Snapshot snapshot = Snapshot.open(options.databaseUrl, options.databaseProperties)) {
      // The logs after the fences: a log that is being cut is then never in front of what is read.
      Map<Integer, Snapshot.FenceRow> fences = snapshot.fences(effect.sink(), effect.topic());
      Optional<EarlierAudit> earlier =
          options.since.map(certificate -> EarlierAudit.of(certificate, effect, facts));
      Cut cut =
          Cut.of(effect.sink(), effect.topic(), fences, topic.begin(), facts.topicId(), earlier);
      Layout layout = Layout.of(effect, snapshot.columns(effect.target()), options.without);
      layout = layout.with(fieldsOfLatestRecords(cut, layout));
      while (true) {
        RecordRows rows = new RecordRows(effect, layout.compared(), layout.others());
        TableFindings findings = compare(snapshot, facts, cut, earlier, layout, rows);
        if (rows.wanted().isEmpty()) {
          return findings;
        }
        // Older records had fields that the latest ones don't have.
        layout = layout.with(rows.wanted());
      }
    }
  }

  private Set<String> fieldsOfLatestRecords(Cut cut, Layout layout) {
    Map<TopicPartition, Long> from = new HashMap<>();
    cut.to()
        .forEach(
            (partition, to) ->
                from.put(partition, Math.max(cut.logStarts().get(partition), to - PEEKED_OFFSETS)));
    RecordRows rows = new RecordRows(effect, layout.compared(), layout.others());
    topicRows(from, cut, rows).forEach((row, place) -> {});
    return rows.wanted();
  }

  private TopicRows topicRows(Map<TopicPartition, Long> from, Cut cut, RecordRows rows) {
    return new TopicRows(
        topic,
        from,
        cut.from(),
        cut.to(),
        new RegistryRecordReader(options.clients),
        effect.when(),
        rows);
  }

  private TableFindings compare(
      Snapshot snapshot,
      TopicFacts facts,
      Cut cut,
      Optional<EarlierAudit> earlier,
      Layout layout,
      RecordRows rows) {
    earlier.ifPresent(audit -> audit.requireSame(layout.compared()));
    Map<Integer, Long> firstInSight = new TreeMap<>();
    cut.partitions().forEach((partition, range) -> firstInSight.put(partition, range.from()));
    Optional<PositionColumns> positions =
        PositionColumns.of(effect, layout.compared(), firstInSight);
    TopicRows topicRows = topicRows(cut.from(), cut, rows);
    TopicRows wholeTopic = topicRows(cut.logStarts(), cut, rows);
    TableRows tableRows =
        new TableRows(snapshot, effect.target(), layout.compared(), positions, progress::rows);
    DeadLetters deadLetters = new DeadLetters(effect, snapshot, options.clients, progress);
    byte[] key = earlier.map(EarlierAudit::keyBytes).orElseGet(RowDigest::newKey);
    boolean everyRowHasARecord =
        (positions.isPresent() || (cut.isWhole() && withoutFence(cut).isEmpty()))
            && !facts.compacted().orElse(false);
    Difference difference =
        new SetComparison(
                key,
                options.namesMax,
                new SetComparison.Sides(topicRows, wholeTopic, tableRows, positions.isPresent()))
            .run(everyRowHasARecord, deadLetters::contain, earlier.map(EarlierAudit::rows));
    TopicRows.Counts counts = topicRows.counts();
    List<Place> lost =
        counts.unreadable().stream().filter(place -> !deadLetters.contain(place)).toList();
    return new TableFindings(
        effect,
        snapshot.identity(),
        facts,
        cut,
        earlier,
        layout.compared(),
        layout.notCompared(),
        HexFormat.of().formatHex(key),
        counts.records(),
        counts.tombstones(),
        counts.notSelected(),
        lost.size(),
        difference.rejected() + counts.unreadable().size() - lost.size(),
        everyRowHasARecord,
        difference,
        named(difference, lost, layout.compared(), topicRows, tableRows),
        notVisible(facts, cut));
  }

  private List<NamedDifference> named(
      Difference difference,
      List<Place> lost,
      List<ComparedColumn> columns,
      TopicRows topicRows,
      TableRows tableRows) {
    ColumnKind idKind = columns.get(0).kind();
    List<NamedDifference> named = new ArrayList<>();
    for (Finding finding : difference.named()) {
      String id = idKind.text(HexFormat.of().parseHex(finding.id()));
      List<NamedDifference.ColumnDifference> altered =
          finding.kind() == Finding.Kind.ALTERED || finding.kind() == Finding.Kind.UNDECIDED
              ? Contents.differences(
                  columns,
                  Contents.ofRecord(topicRows, finding.place().orElseThrow(), columns.size()),
                  Contents.ofRow(tableRows, id, columns.size()))
              : List.of();
      named.add(
          new NamedDifference(
              finding.kind(),
              Optional.of(id),
              finding.place(),
              finding.records(),
              finding.rows(),
              altered));
    }
    lost.stream()
        .limit(options.namesMax)
        .map(
            place ->
                new NamedDifference(
                    Finding.Kind.MISSING, Optional.empty(), Optional.of(place), 1, 0, List.of()))
        .forEach(named::add);
    return named;
  }

  private List<String> notVisible(TopicFacts facts, Cut cut) {
    List<String> notVisible = new ArrayList<>(facts.notVisible());
    Set<Integer> without = withoutFence(cut);
    if (!without.isEmpty()) {
      notVisible.add(
          "partitions that the sink has no fence for: "
              + without.stream().map(Object::toString).collect(Collectors.joining(", ")));
    }
    options
        .connector
        .text("topic.identity")
        .filter(text -> text.equals("unchecked"))
        .ifPresent(
            text -> notVisible.add("whether the topic was made again: topic.identity=unchecked"));
    options
        .connector
        .text("fence.initial")
        .filter(text -> !text.equals("earliest"))
        .ifPresent(
            text ->
                notVisible.add(
                    "records before the sink's first fence: fence.initial=%s".formatted(text)));
    return notVisible;
  }

  /**
   * Partitions that nothing is read of; their rows, if they had a fence once, have no record here.
   */
  private Set<Integer> withoutFence(Cut cut) {
    Set<Integer> without = new TreeSet<>();
    topic.begin().keySet().forEach(partition -> without.add(partition.partition()));
    without.removeAll(cut.partitions().keySet());
    return without;
  }
}
